"""The whole story of a trial: one point of a search space becomes one scored model."""

import traceback
from collections.abc import Generator, Iterator

import torch
from transformers import PreTrainedModel

from trials.checkpoint import Checkpoint
from trials.cost import CostMeter
from trials.data.dataset import EncodedDataset
from trials.data.sample import stratified_sample
from trials.determinism import seed_everything
from trials.errors import Diverged
from trials.memory import is_out_of_memory, keep_freed_memory, release_memory
from trials.metrics import METRICS, evaluate
from trials.models import build_model
from trials.models.dropout import use_byte_dropout
from trials.precision import choose_device, choose_precision
from trials.record import BUDGET_STEPS, EVALUATION_STEPS, Evaluation, TrialEnd, TrialJob, TrialReport
from trials.train import Compute, Trainer, predict

FIRST_LOOK_ROWS = 128
"""The first evaluation only shows that all is well: it must cost little, however large the validation split is."""


def run_trial(job: TrialJob, data: EncodedDataset) -> Iterator[TrialReport]:
    """Trains and scores one point, with a report at each of `EVALUATION_STEPS` and one end in the last report.

    A failure is an end too and is never raised: `DIVERGED`, `OUT_OF_MEMORY`, or `ERROR` with its traceback as cause.
    Whoever wants no more closes the iterator. However a trial ends, its memory is free before the last report.
    """
    cost = CostMeter()
    last: Evaluation | None = None
    try:
        last = yield from _train_and_evaluate(job, data, cost)
        end, cause = TrialEnd.COMPLETED, ""
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
    cost.watch(compute.device)
    model = _build(job, data, compute)
    cost.count_parameters(model)
    trainer = Trainer(model, job.point, data.train, budget=job.budget_examples, seed=job.seed, compute=compute)
    checkpoint = Checkpoint(job.checkpoint, data.tokenizer, data.max_length)
    metric = METRICS[job.metric]
    first_look = stratified_sample(data.validation, FIRST_LOOK_ROWS)
    best: float | None = None

    for step in EVALUATION_STEPS:
        portion = _examples_at(step, job.budget_examples) - trainer.examples
        with cost.training(portion):
            train_loss = trainer.train(portion)
        is_look = step == EVALUATION_STEPS[0]
        shown = first_look if is_look else data.validation
        metrics = evaluate(predict(model, shown, compute), shown.labels)
        is_best = best is None or metric.better(metrics[job.metric], than=best)
        if is_best:
            best = None if is_look else metrics[job.metric]  # a sample's score is no yardstick for the whole split
            checkpoint.save(model)
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
            yield TrialReport(evaluation, None, cost.so_far())
    return evaluation


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
    return Compute(device, dtype)


def _build(job: TrialJob, data: EncodedDataset, compute: Compute) -> PreTrainedModel:
    model = build_model(
        job.point.architecture,
        vocabulary_size=data.vocabulary_size,
        max_length=data.max_length,
        label_names=data.label_names,
    )
    if compute.device.type == "cpu":
        use_byte_dropout(model)
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
