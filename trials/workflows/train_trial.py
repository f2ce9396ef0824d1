"""A trial of a transformer: trained over its budget, in steps, and evaluated at some of them."""

from collections.abc import Generator
from dataclasses import replace
from functools import partial

import numpy as np

from search_spaces import Point
from trials.classifiers import ModelCheckpoint, measure
from trials.data import EncodedDataset, Fold, both_splits, chosen_rows, first_look
from trials.distributed import SingleProcess, in_shards_if_needed, team_of
from trials.hardware import choose_device
from trials.metrics import METRICS, evaluate
from trials.pretraining import pretrained_weights
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, Evaluation, TrialJob, TrialReport
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
    silently,
)
from trials.workflows.fold_result import FoldResult
from trials.workflows.follower import follow


def train_and_evaluate(
    job: TrialJob, point: Point, data: EncodedDataset, cost: CostMeter
) -> Generator[TrialReport, None, Evaluation]:
    """Yields the report of every evaluation but the last one, which it returns."""
    if job.budget_examples < BUDGET_STEPS:
        raise ValueError(f"budget_examples must be at least {BUDGET_STEPS}, not {job.budget_examples!r}")
    job = in_shards_if_needed(job, point, data, choose_device(job.device))
    compute = prepare(job)
    with team_of(job, data, compute.device, follow) as team:
        return (yield from _train_and_evaluate(job, point, data, cost, compute, team))


def _train_and_evaluate(
    job: TrialJob, point: Point, data: EncodedDataset, cost: CostMeter, compute: Compute, team: SingleProcess
) -> Generator[TrialReport, None, Evaluation]:
    """The same as the first process of a team does it, which alone evaluates and writes."""
    cost.watch(compute.device, compute.parts)
    built = partial(build, data=data, compute=compute)
    weights = yield from pretrained_weights(job, point, data, compute, cost, built)
    model = built(point.architecture, weights=weights, on=job.built_on)
    cost.count_parameters(model)
    team.spread(model)
    budget = job.budget_examples
    trainer = Trainer(model, point, data.train, budget=budget, seed=job.seed, compute=compute, team=team)
    checkpoint = ModelCheckpoint(job.checkpoint, data)
    state = TrainingState(job.state, identity_of(job, data), trainer, cost, compute)
    sample = first_look(data.validation)

    # Whatever was told of a trial, it was of a model; where that is gone, the trial begins anew.
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
        is_look = step == EVALUATION_STEPS[0]
        shown = sample if is_look else data.validation
        with trainer.averaged():
            metrics = evaluate(predict(model, shown, compute, team.looking), shown.labels)
            is_best = _is_best(metrics[job.metric], job.metric, history.best, is_look)
            if is_best:
                checkpoint.save(team.whole(model))
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


def train_fold(
    job: TrialJob, point: Point, data: EncodedDataset, fold: Fold, cost: CostMeter
) -> Generator[None, None, FoldResult]:
    """Trains on the training rows of `fold` over their share of the budget, with no evaluation in between.

    Where the fold holds no rows out, the model is kept in `job.checkpoint`. It yields after each step.

    Raises:
        CheckpointError: the disk refuses the model.
        Diverged: a loss or an output is not finite.
    """
    compute = prepare(job)
    cost.watch(compute.device, compute.parts)
    built = partial(build, data=data, compute=compute)
    stage = pretrained_weights(job, point, data, compute, cost, built)
    model = built(point.architecture, weights=(yield from silently(stage)))
    cost.count_parameters(model)
    rows = both_splits(data)
    share = len(fold.training) / len(rows)
    budget = max(BUDGET_STEPS, round(share * job.budget_examples))
    train = chosen_rows(rows, fold.training)
    trainer = Trainer(model, point, train, budget=budget, seed=job.seed, compute=compute)
    total = 0.0
    for step in range(1, BUDGET_STEPS + 1):
        portion = _examples_at(step, budget) - trainer.examples
        with cost.training(portion):
            total += portion * trainer.train(portion)
        yield
    with trainer.averaged():
        if len(fold.held_out) == 0:
            ModelCheckpoint(job.checkpoint, data).save(model)
            return FoldResult(total / budget, trainer.learning_rate, np.zeros((0, len(data.label_names))))
        logits = predict(model, chosen_rows(rows, fold.held_out), compute)
    return FoldResult(total / budget, trainer.learning_rate, logits)


def _inherited(
    job: TrialJob, data: EncodedDataset, trainer: Trainer, cost: CostMeter, compute: Compute
) -> ReportHistory | None:
    """Puts the trial where the one was that it inherits from. None if it inherits nothing, or nothing usable."""
    if job.inherits is None:
        return None
    identity = identity_of(replace(job, point=job.inherits.point), data)
    return TrainingState(job.inherits.state, identity, trainer, cost, compute).inherit()


def _is_best(score: float, metric: str, best: float | None, is_look: bool) -> bool:
    """Whether a model takes the checkpoint. A sample's score is no yardstick for the whole split, nor the reverse."""
    return best is None or (not is_look and METRICS[metric].better(score, than=best))


def _examples_at(step: int, budget: int) -> int:
    """The examples after which `step` of the budget is reached, rounded up: the same for every batch size."""
    return -(-budget * step // BUDGET_STEPS)
