"""A trial of a transformer, which is trained over its budget and evaluated at some steps."""

from collections.abc import Generator
from dataclasses import replace
from functools import partial

import numpy as np

from search_spaces import Point
from trials.classifiers import ModelCheckpoint, measure
from trials.data import EncodedDataset, Fold, both_splits, chosen_rows, first_look
from trials.distributed import SingleProcess, in_shards_if_needed, team_of
from trials.hardware import choose_device
from trials.pretrained import head_of
from trials.pretraining import pretrained_weights
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, Evaluation, TrialJob, TrialReport
from trials.tasks import KNOWN_METRICS, UNCALIBRATED, Calibration, task_of
from trials.training import (
    Compute,
    CostMeter,
    ReportHistory,
    Trainer,
    TrainingState,
    build,
    identity_of,
    predict,
    prepare,
    without_reports,
)
from trials.workflows.fold_result import FoldResult
from trials.workflows.follower import follow


def train_and_evaluate(
    job: TrialJob, point: Point, data: EncodedDataset, cost: CostMeter
) -> Generator[TrialReport, None, Evaluation]:
    """Yield the report of every evaluation except the last one, which is returned.

    Args:
        job: the trial.
        point: its point.
        data: its data.
        cost: receives the cost.

    Raises:
        CheckpointError: the disk rejects the model or the training state.
        Diverged: a loss or an output is not finite.
        ValueError: the budget has fewer examples than steps.
    """
    if job.budget_examples < BUDGET_STEPS:
        raise ValueError(f"budget_examples must be at least {BUDGET_STEPS}, not {job.budget_examples!r}")
    job = in_shards_if_needed(job, point, data, choose_device(job.device))
    compute = prepare(job)
    with team_of(job, data, compute.device, follow) as team:
        return (yield from _train_and_evaluate(job, point, data, cost, compute, team))


def _train_and_evaluate(
    job: TrialJob, point: Point, data: EncodedDataset, cost: CostMeter, compute: Compute, team: SingleProcess
) -> Generator[TrialReport, None, Evaluation]:
    """Do the same as the first process of a team, which alone evaluates and writes."""
    cost.watch(compute.device, compute.parts)
    built = partial(build, data=data, compute=compute)
    weights = yield from pretrained_weights(job, point, data, compute, cost, built)
    model = built(point.architecture, weights=weights, on=job.built_on)
    cost.count_parameters(model)
    head, task = head_of(model), task_of(data.train.labels)
    team.spread(model)
    budget = job.budget_examples
    trainer = Trainer(model, point, data.train, budget=budget, seed=job.seed, compute=compute, team=team)
    checkpoint = ModelCheckpoint(job.checkpoint, data, head)
    state = TrainingState(job.state, identity_of(job, data), trainer, cost, compute)
    sample = first_look(data.validation)

    # Earlier reports are about the model in the checkpoint; if that is gone, the trial starts again.
    history = state.resume() if checkpoint.exists else None
    if history is None:
        history = _inherited(job, data, trainer, cost, compute) or ReportHistory()
        history.best = job.best if checkpoint.exists else None
    team.begin(trainer)
    yield from history.after(job.told)
    costs = history.measured(job.measures)

    for step in (step for step in job.steps if step > history.step):
        portion = _examples_at(step, budget) - trainer.examples
        with cost.training(portion):
            train_loss = trainer.train(portion)
        cost.note_steps(trainer.eager_because, trainer.held_bytes)
        is_sample = step == EVALUATION_STEPS[0]
        scored = sample if is_sample else data.validation
        with trainer.averaged():
            logits = predict(model, scored, compute, team.predicting)
            calibration = task.calibrate(logits, scored.labels, tempered=head is not None)
            outputs = calibration.outputs(logits)
            metrics = task.evaluate(outputs, scored.labels)
            is_best = _is_best(metrics[job.metric], job.metric, history.best, is_sample)
            if is_best:
                kept = None if is_sample else outputs
                checkpoint.save(team.whole(model), calibration.temperature, kept, calibration.thresholds)
                history.best = None if is_sample else metrics[job.metric]
        costs = costs or measure(job.measures, job.checkpoint, data)  # training does not change them
        evaluation = Evaluation(
            step=step,
            examples=trainer.examples,
            metrics={**metrics, **costs},
            train_loss=train_loss,
            learning_rate=trainer.learning_rate,
            seconds=cost.seconds,
            is_best=is_best,
            temperature=calibration.temperature,
            thresholds=calibration.thresholds,
        )
        if step < BUDGET_STEPS:
            report = TrialReport(evaluation, None, cost.so_far())
            history.reports.append(report)
            state.save(history)
            yield report
    return evaluation


def train_fold(
    job: TrialJob,
    point: Point,
    data: EncodedDataset,
    fold: Fold,
    cost: CostMeter,
    calibration: Calibration = UNCALIBRATED,
) -> Generator[None, None, FoldResult]:
    """Train on the training rows of a fold over their share of the budget, without evaluations.

    It yields after each step. The model is saved only if the fold holds out no rows.

    Args:
        job: the trial.
        point: its point.
        data: its data.
        fold: the rows.
        cost: receives the cost.
        calibration: of a model that is saved, which no held-out rows can give.

    Raises:
        CheckpointError: the disk rejects the model.
        Diverged: a loss or an output is not finite.
    """
    compute = prepare(job)
    cost.watch(compute.device, compute.parts)
    rows = both_splits(data)
    train = chosen_rows(rows, fold.training)
    own = replace(data, train=train)  # neither the stage nor the choice of heads may read the texts that are held out
    built = partial(build, data=own, compute=compute)
    stage = pretrained_weights(job, point, own, compute, cost, built)
    model = built(point.architecture, weights=(yield from without_reports(stage)))
    cost.count_parameters(model)
    head = head_of(model)
    share = len(fold.training) / len(rows)
    budget = max(BUDGET_STEPS, round(share * job.budget_examples))
    trainer = Trainer(model, point, train, budget=budget, seed=job.seed, compute=compute)
    total = 0.0
    for step in range(1, BUDGET_STEPS + 1):
        portion = _examples_at(step, budget) - trainer.examples
        with cost.training(portion):
            total += portion * trainer.train(portion)
        cost.note_steps(trainer.eager_because, trainer.held_bytes)
        yield
    with trainer.averaged():
        if len(fold.held_out) == 0:
            checkpoint = ModelCheckpoint(job.checkpoint, data, head)
            checkpoint.save(model, calibration.temperature, thresholds=calibration.thresholds)
            none = np.zeros((0, len(data.label_names)))
            return FoldResult(total / budget, trainer.learning_rate, none, calibration)
        held_out = chosen_rows(rows, fold.held_out)
        logits = predict(model, held_out, compute)
    found = task_of(train.labels).calibrate(logits, held_out.labels, tempered=head is not None)
    return FoldResult(total / budget, trainer.learning_rate, found.outputs(logits), found)


def _inherited(
    job: TrialJob, data: EncodedDataset, trainer: Trainer, cost: CostMeter, compute: Compute
) -> ReportHistory | None:
    """Start from the state of the trial in `job.inherits`; None if there is none, or no usable state."""
    if job.inherits is None:
        return None
    identity = identity_of(replace(job, point=job.inherits.point), data)
    return TrainingState(job.inherits.state, identity, trainer, cost, compute).inherit()


def _is_best(score: float, metric: str, best: float | None, is_sample: bool) -> bool:
    """Return whether a model replaces the checkpoint; scores of a sample and of the split are not comparable."""
    return best is None or (not is_sample and KNOWN_METRICS[metric].better(score, than=best))


def _examples_at(step: int, budget: int) -> int:
    """Return the number of examples at which `step` is reached, rounded up; independent of the batch size."""
    return -(-budget * step // BUDGET_STEPS)
