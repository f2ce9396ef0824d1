"""A trial of a transformer, which is trained over its budget and evaluated at some steps."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from search_spaces import Point
from trials.classifiers import ModelCheckpoint
from trials.data import EncodedDataset, EncodedSplit, Fold, both_splits, chosen_rows, division_of
from trials.distributed import SingleProcess, in_shards_if_needed, team_of
from trials.hardware import choose_device
from trials.pretrained import head_of
from trials.pretraining import pretrained_weights
from trials.protocol import BUDGET_STEPS, Evaluation, TrialJob, TrialReport
from trials.tasks import task_of
from trials.training import (
    Compute,
    CostMeter,
    Trainer,
    build,
    predict,
    prepare,
    without_reports,
)
from trials.workflows.course import Course, Predict, Result, Train, TrialCourse, examples_at
from trials.workflows.fold_result import NOTHING_KNOWN, FoldResult, OutOfFold
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
    if job.resplit is not None:
        rows, own = both_splits(data), division_of(data, job.resplit)
        data = replace(data, train=chosen_rows(rows, own.training), validation=chosen_rows(rows, own.held_out))
    job = in_shards_if_needed(job, point, data, choose_device(job.device))
    compute = prepare(job)
    with team_of(job, data, compute.device, follow) as team:
        return (yield from _train_and_evaluate(job, point, data, cost, compute, team))


def _train_and_evaluate(
    job: TrialJob, point: Point, data: EncodedDataset, cost: CostMeter, compute: Compute, team: SingleProcess
) -> Generator[TrialReport, None, Evaluation]:
    """Do the same as the first process of a team, which alone evaluates and writes."""
    cost.watch(compute.device, compute.parts, compute.dtype)
    built = partial(build, data=data, compute=compute)
    weights = yield from pretrained_weights(job, point, data, compute, cost, built)
    model = built(point.architecture, weights=weights, on=job.built_on)
    cost.count_parameters(model)
    head = head_of(model)
    team.spread(model)
    budget = job.budget_examples
    trainer = Trainer(model, point, data.train, budget=budget, seed=job.seed, compute=compute, team=team)
    course = TrialCourse(job, data, trainer, head, cost, compute)
    course.resume()
    team.begin(trainer)

    def predicted(split: EncodedSplit) -> NDArray[np.float64]:
        with trainer.averaged():
            return predict(model, split, compute, team.predicting)

    return (yield from _carried_out(course.run(), trainer, predicted))


def _carried_out(
    course: Course, trainer: Trainer, predicted: Callable[[EncodedSplit], NDArray[np.float64]]
) -> Generator[TrialReport, None, Evaluation]:
    """Do the work of a course, and yield its reports."""
    result: Result | None = None
    with closing(course):
        while True:
            try:
                item = course.send(result)
            except StopIteration as end:
                last: Evaluation = end.value
                return last
            match item:
                case Train(examples):
                    result = trainer.train(examples)
                case Predict(split):
                    result = predicted(split)
                case TrialReport():
                    result = None
                    yield item


def train_fold(
    job: TrialJob,
    point: Point,
    data: EncodedDataset,
    fold: Fold,
    cost: CostMeter,
    known: OutOfFold = NOTHING_KNOWN,
) -> Generator[None, None, FoldResult]:
    """Train on the training rows of a fold over their share of the budget, without evaluations.

    It yields after each step. The model is saved only if the fold holds out no rows.

    Args:
        job: the trial.
        point: its point.
        data: its data.
        fold: the rows.
        cost: receives the cost.
        known: what other folds say of a model that is saved.

    Raises:
        CheckpointError: the disk rejects the model.
        Diverged: a loss or an output is not finite.
    """
    compute = prepare(job)
    cost.watch(compute.device, compute.parts, compute.dtype)
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
        portion = examples_at(step, budget) - trainer.examples
        with cost.training(portion):
            total += portion * trainer.train(portion)
        cost.note_steps(trainer.eager_because, trainer.held_bytes)
        yield
    with trainer.averaged():
        if len(fold.held_out) == 0:
            checkpoint = ModelCheckpoint(job.checkpoint, own, head)
            calibration = known.calibration
            checkpoint.save(model, calibration.temperature, known.outputs, calibration.thresholds)
            none = np.zeros((0, len(data.label_names)))
            return FoldResult(total / budget, trainer.learning_rate, none, calibration)
        held_out = chosen_rows(rows, fold.held_out)
        logits = predict(model, held_out, compute)
    task = task_of(train.labels)
    logits = task.scale(train.labels).restored(logits)
    found = task.calibrate(logits, held_out.labels, tempered=head is not None)
    return FoldResult(total / budget, trainer.learning_rate, logits, found)
