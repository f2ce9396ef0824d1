"""The whole story of a trial: one point of a search space becomes one scored model."""

import traceback
from collections.abc import Generator, Iterator

import torch
from transformers import PreTrainedModel

from search_spaces import Pretrained
from trials.checkpoint import Checkpoint
from trials.cost import CostMeter
from trials.data.dataset import EncodedDataset
from trials.data.sample import stratified_sample
from trials.determinism import seed_everything
from trials.errors import CheckpointError, Diverged
from trials.history import History
from trials.identity import identity_of
from trials.memory import is_out_of_memory, keep_freed_memory, release_memory
from trials.metrics import METRICS, evaluate
from trials.models import build_model
from trials.models.dropout import use_byte_dropout
from trials.models.fast import has_own_forward
from trials.parts import Parts
from trials.precision import choose_device, choose_precision
from trials.pretrained.model import load_model
from trials.products import use_fast_products
from trials.record import BUDGET_STEPS, EVALUATION_STEPS, Evaluation, TrialEnd, TrialJob, TrialReport
from trials.train import Compute, Trainer, predict
from trials.training_state import TrainingState

FIRST_LOOK_ROWS = 128
"""The first evaluation only shows that all is well: it must cost little, however large the validation split is."""


def run_trial(job: TrialJob, data: EncodedDataset) -> Iterator[TrialReport]:
    """Trains and scores one point, with a report at each of `job.steps` and one end in the last report.

    A failure is an end too and is not raised: `DIVERGED`, `OUT_OF_MEMORY`, or `ERROR` with its traceback as cause.
    Whoever wants no more closes the iterator. However a trial ends, its memory is free before the last report.

    A trial that was cut off goes on from the state in `job.state`, and first says again what it had said after step
    `job.told`. Without a usable state it begins again, and reports every step; its model then has to beat `job.best`.

    Raises:
        CheckpointError: a model or a state could not be written. The trial may go on later from its state before.
    """
    cost = CostMeter()
    last: Evaluation | None = None
    try:
        last = yield from _train_and_evaluate(job, data, cost)
        end, cause = TrialEnd.COMPLETED, ""
    except CheckpointError as error:
        _let_go(error)
        raise
    except Exception as error:  # this is where bugs of models and spaces become a trial's end
        end, cause = _failure(error)
    finally:
        release_memory()
    yield TrialReport(last, end, cost.so_far(), cause)


def _train_and_evaluate(
    job: TrialJob, data: EncodedDataset, cost: CostMeter
) -> Generator[TrialReport, None, Evaluation]:
    """Yields the report of every evaluation but the last one, which it returns."""
    compute = _prepare(job)
    cost.watch(compute.device, compute.parts)
    model = _build(job, data, compute)
    cost.count_parameters(model)
    trainer = Trainer(model, job.point, data.train, budget=job.budget_examples, seed=job.seed, compute=compute)
    checkpoint = Checkpoint(job.checkpoint, data)
    state = TrainingState(job.state, identity_of(job, data), trainer, cost, compute)
    first_look = stratified_sample(data.validation, FIRST_LOOK_ROWS)

    # Whatever was told of a trial, it was of a model; where that is gone, the trial begins anew.
    history = (state.resume() or History(best=job.best)) if checkpoint.exists else History()
    yield from history.after(job.told)

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
        evaluation = Evaluation(
            step=step,
            examples=trainer.examples,
            metrics=metrics,
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


def _prepare(job: TrialJob) -> Compute:
    """Sets the process up for this trial alone, whatever ran in it before."""
    if job.budget_examples < BUDGET_STEPS:
        raise ValueError(f"budget_examples must be at least {BUDGET_STEPS}, not {job.budget_examples!r}")
    torch.set_num_threads(job.threads)
    # Denormal numbers are slow on CPUs, and too small to matter.
    torch.set_flush_denormal(True)
    keep_freed_memory()
    device = choose_device(job.device)
    dtype = choose_precision(job.precision, device)
    seed_everything(job.seed)
    return Compute(device, dtype, Parts(job.batch_parts))


def _build(job: TrialJob, data: EncodedDataset, compute: Compute) -> PreTrainedModel:
    architecture = job.point.architecture
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


def _failure(error: Exception) -> tuple[TrialEnd, str]:
    if isinstance(error, Diverged):
        return TrialEnd.DIVERGED, str(error)
    if is_out_of_memory(error):
        return TrialEnd.OUT_OF_MEMORY, str(error) or type(error).__name__
    return TrialEnd.ERROR, "".join(traceback.format_exception(error))


def _let_go(error: CheckpointError) -> None:
    """Empties the frames that `error` came through: they hold the model, and whoever catches it holds them."""
    for link in (error, error.__cause__):
        if link is not None:
            traceback.clear_frames(link.__traceback__)
