"""A trial of a transformer: trained over its budget, in steps, and evaluated at some of them."""

from collections.abc import Generator

from transformers import PreTrainedModel

from search_spaces import Point, Pretrained
from trials.checkpoint import Checkpoint
from trials.cost import CostMeter
from trials.data.dataset import EncodedDataset
from trials.data.sample import stratified_sample
from trials.history import History
from trials.identity import identity_of
from trials.measuring import measure
from trials.metrics import METRICS, evaluate
from trials.models import build_model
from trials.models.dropout import use_byte_dropout
from trials.models.fast import has_own_forward
from trials.preparing import prepare
from trials.pretrained.model import load_model
from trials.products import use_fast_products
from trials.record import BUDGET_STEPS, EVALUATION_STEPS, Evaluation, TrialJob, TrialReport
from trials.train import Compute, Trainer, predict
from trials.training_state import TrainingState

FIRST_LOOK_ROWS = 128
"""The first evaluation only shows that all is well: it must cost little, however large the validation split is."""


def train_and_evaluate(
    job: TrialJob, point: Point, data: EncodedDataset, cost: CostMeter
) -> Generator[TrialReport, None, Evaluation]:
    """Yields the report of every evaluation but the last one, which it returns."""
    if job.budget_examples < BUDGET_STEPS:
        raise ValueError(f"budget_examples must be at least {BUDGET_STEPS}, not {job.budget_examples!r}")
    compute = prepare(job)
    cost.watch(compute.device, compute.parts)
    model = _build(point, data, compute)
    cost.count_parameters(model)
    trainer = Trainer(model, point, data.train, budget=job.budget_examples, seed=job.seed, compute=compute)
    checkpoint = Checkpoint(job.checkpoint, data)
    state = TrainingState(job.state, identity_of(job, data), trainer, cost, compute)
    first_look = stratified_sample(data.validation, FIRST_LOOK_ROWS)

    # Whatever was told of a trial, it was of a model; where that is gone, the trial begins anew.
    history = (state.resume() or History(best=job.best)) if checkpoint.exists else History()
    yield from history.after(job.told)
    costs = history.measured(job.measures)

    for step in (step for step in job.steps if step > history.step):
        portion = _examples_at(step, job.budget_examples) - trainer.examples
        with cost.training(portion):
            train_loss = trainer.train(portion)
        is_look = step == EVALUATION_STEPS[0]
        shown = first_look if is_look else data.validation
        with trainer.averaged():
            metrics = evaluate(predict(model, shown, compute), shown.labels)
            is_best = _is_best(metrics[job.metric], job.metric, history.best, is_look)
            if is_best:
                checkpoint.save(model)
                history.best = None if is_look else metrics[job.metric]
        costs = costs or measure(job.measures, job.checkpoint, data)  # training changes nothing about them
        evaluation = Evaluation(
            step=step,
            examples=trainer.examples,
            metrics={**metrics, **costs},
            train_loss=train_loss,
            learning_rate=trainer.learning_rate,
            seconds=cost.seconds,
            is_best=is_best,
        )
        if step < BUDGET_STEPS:
            report = TrialReport(evaluation, None, cost.so_far())
            history.reports.append(report)
            state.save(history)
            yield report
    return evaluation


def _is_best(score: float, metric: str, best: float | None, is_look: bool) -> bool:
    """Whether a model takes the checkpoint. A sample's score is no yardstick for the whole split, nor the reverse."""
    return best is None or (not is_look and METRICS[metric].better(score, than=best))


def _build(point: Point, data: EncodedDataset, compute: Compute) -> PreTrainedModel:
    architecture = point.architecture
    if isinstance(architecture, Pretrained):
        model = load_model(architecture, data.label_names)
    else:
        model = build_model(
            architecture,
            vocabulary_size=data.vocabulary_size,
            max_length=data.max_length,
            label_names=data.label_names,
        )
    if compute.device.type == "cpu":
        use_byte_dropout(model)
        use_fast_products(has_own_forward(model, compute.device))
    return model.to(compute.device)


def _examples_at(step: int, budget: int) -> int:
    """The examples after which `step` of the budget is reached, rounded up: the same for every batch size."""
    return -(-budget * step // BUDGET_STEPS)
