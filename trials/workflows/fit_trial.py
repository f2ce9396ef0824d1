"""A trial of a model that is fitted without training steps: a linear model or a probe."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from search_spaces import Linear, Probe
from trials.classifiers import measure
from trials.data import EncodedDataset, Fold, Split, TextDataset, TrialData, all_labels, division_of, texts_of
from trials.errors import Diverged
from trials.files import WritableClassifier, refusals_of, restore, save_classifier
from trials.linear import LinearClassifier, fit_linear
from trials.probe import fit_probe
from trials.protocol import BUDGET_STEPS, Evaluation, TrialJob, TrialReport
from trials.tasks import UNCALIBRATED, Calibration, task_of
from trials.training import Compute, CostMeter, prepare, with_heartbeats
from trials.workflows.fold_result import FoldResult

FORMATS = torch.bfloat16, torch.float32
"""Formats in which another trial may have computed features that a trial takes if it runs beside a GPU, on cores."""


MOST_LOGITS = 5_000_000
"""Logits of training rows that are computed for the training loss."""


@dataclass(frozen=True)
class _Fitted:
    """A classifier, its number of parameters, its training loss, and its logits of the held-out rows."""

    classifier: WritableClassifier
    parameters: int
    train_loss: float
    logits: NDArray[np.float64]


def fit_and_evaluate(job: TrialJob, data: TrialData, cost: CostMeter) -> Generator[TrialReport, None, Evaluation]:
    """Fit the model, write it to `job.checkpoint`, and return its evaluation, which is at the full budget.

    The yielded reports have no evaluation; they are heartbeats during long work.

    Args:
        job: the trial.
        data: the data.
        cost: receives the cost.

    Raises:
        CheckpointError: the disk rejects the model.
        Diverged: an output is not finite.
    """
    with refusals_of(job.checkpoint):
        restore(job.checkpoint)
    rows = division_of(data, job.resplit)
    fitted = yield from _fit(job, data, rows, cost)
    labels = all_labels(data)[rows.held_out]
    task = task_of(labels)
    calibration = task.calibrate(fitted.logits, labels)
    outputs = calibration.outputs(fitted.logits)
    metrics = task.evaluate(outputs, labels)
    tempered = fitted.classifier.tempered(calibration.temperature)
    save_classifier(tempered, job.checkpoint, outputs, calibration.thresholds)
    metrics |= measure(job.measures, job.checkpoint, data, fitted.parameters)
    return Evaluation(
        step=BUDGET_STEPS,
        examples=len(rows.training),
        metrics=metrics,
        train_loss=fitted.train_loss,
        learning_rate=0.0,
        seconds=cost.seconds,
        is_best=True,
        temperature=calibration.temperature,
        thresholds=calibration.thresholds,
    )


def fit_fold(
    job: TrialJob, data: TrialData, fold: Fold, cost: CostMeter, calibration: Calibration = UNCALIBRATED
) -> Generator[TrialReport, None, FoldResult]:
    """Fit the model to the training rows of a fold; save it only if the fold holds out no rows.

    Args:
        job: the trial.
        data: the data.
        fold: the rows.
        cost: receives the cost.
        calibration: of a model that is saved, which no held-out rows can give.

    Raises:
        CheckpointError: the disk rejects the model.
        Diverged: an output is not finite.
    """
    fitted = yield from _fit(job, data, fold, cost)
    if len(fold.held_out) == 0:
        with refusals_of(job.checkpoint):
            restore(job.checkpoint)
        tempered = fitted.classifier.tempered(calibration.temperature)
        save_classifier(tempered, job.checkpoint, thresholds=calibration.thresholds)
        return FoldResult(fitted.train_loss, 0.0, fitted.logits, calibration)
    labels = all_labels(data)[fold.held_out]
    own = task_of(labels).calibrate(fitted.logits, labels)
    return FoldResult(fitted.train_loss, 0.0, own.outputs(fitted.logits), own)


def _fit(job: TrialJob, data: TrialData, fold: Fold, cost: CostMeter) -> Generator[TrialReport, None, _Fitted]:
    compute = prepare(job)
    cost.watch(compute.device, compute.parts, None if isinstance(job.point, Linear) else compute.dtype)
    with cost.training(len(fold.training)):
        fitted = yield from _kind(job, data, fold, compute, cost)
    cost.count(fitted.parameters)
    if not np.isfinite(fitted.logits).all():
        raise Diverged("the logits of the validation split are not finite")
    return fitted


def _kind(
    job: TrialJob, data: TrialData, fold: Fold, compute: Compute, cost: CostMeter
) -> Generator[TrialReport, None, _Fitted]:
    match job.point, data:
        case Linear(), TextDataset():
            train, held_out = texts_of(data, fold.training), texts_of(data, fold.held_out)
            linear = fit_linear(job.point, train, data.label_names, job.threads, data.form)
            loss = _train_loss(linear, train)
            return _Fitted(linear, linear.parameters, loss, linear.logits(held_out.texts))
        case Probe(), EncodedDataset():
            formats = FORMATS if (job.device, job.precision) == ("cpu", "auto") else ()
            work = fit_probe(job.point, data, job.cache, compute, job.seed, fold, formats)
            probe = yield from with_heartbeats(work, cost)
            cost.share(probe.shared_seconds)
            return _Fitted(probe, probe.parameters, probe.train_loss, probe.logits)
    raise TypeError(f"a {type(job.point).__name__} cannot be fitted to a {type(data).__name__}")


def _train_loss(linear: LinearClassifier, train: Split) -> float:
    """Return the loss on the training rows, or on evenly spaced ones where their logits would take gigabytes."""
    most = max(1, MOST_LOGITS // len(linear.label_names))
    every = -(-len(train) // most)
    labels = train.labels[::every]
    task = task_of(labels)
    return task.score(task.loss_metric, linear.logits(train.texts[::every]), labels)
