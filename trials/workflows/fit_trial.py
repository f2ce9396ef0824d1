"""A trial of a model that is fitted without training steps: a linear model or a probe."""

from collections.abc import Generator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trials.classifiers import latency_texts, measure
from trials.data import Fold, TrialData, all_labels, division_of
from trials.files import refusals_of, restore, save_classifier
from trials.protocol import BUDGET_STEPS, Evaluation, TrialJob, TrialReport
from trials.tasks import task_of
from trials.training import CostMeter
from trials.workflows.fitting import Fitted, Fitting
from trials.workflows.fold_result import NOTHING_KNOWN, FoldResult, OutOfFold


def fit_and_evaluate(job: TrialJob, data: TrialData, cost: CostMeter) -> Generator[TrialReport, None, Evaluation]:
    """Fit the model, write it to `job.checkpoint`, and return its evaluation, which is at the full budget.

    Where the features of a probe take long, it first yields the evaluations of models that are fitted to a sample of
    the training rows. Reports without an evaluation are heartbeats during long work.

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
    last = job.earlier if job.checkpoint.exists() else None
    if last is not None:  # nearly all of its time went into features, which other trials reuse
        spent = {"seconds": last.seconds, "shared_seconds": last.seconds}
        cost.resume({**spent, "examples": 0, "training_seconds": 0.0, "peak_memory_bytes": 0})
    rows, fitting = division_of(data, job.resplit), Fitting(job, data, cost)
    if job.resplit is None:  # in another division, rows of the sample are held out
        while (stage := (yield from fitting.next_stage())) is not None:
            if last is None or stage.step > last.step:
                fold = Fold(stage.training, rows.held_out)
                saved = _saved((yield from fitting.fit(fold)), job, data, fold, cost, last)
                last = replace(
                    saved, step=stage.step, sample_rows=len(fold.training), next_seconds=fitting.seconds_to_next
                )
                yield TrialReport(last, None, cost.so_far())
    return _saved((yield from fitting.fit(rows)), job, data, rows, cost, last)


def _saved(
    fitted: Fitted, job: TrialJob, data: TrialData, fold: Fold, cost: CostMeter, last: Evaluation | None
) -> Evaluation:
    """Write a model, and return its evaluation at the full budget; it takes serving costs from the `last` one.

    It replaces that of fewer rows, whatever their scores: more rows make a better model, and scores vary by chance.
    """
    labels = all_labels(data)[fold.held_out]
    task = task_of(labels)
    calibration = task.calibrate(fitted.logits, labels)
    outputs: NDArray[np.float64] = calibration.outputs(fitted.logits)
    metrics = task.evaluate(outputs, labels)
    tempered = fitted.classifier.tempered(calibration.temperature)
    save_classifier(tempered, job.checkpoint, outputs, calibration.thresholds)
    known = {} if last is None else {name: last.metrics[name] for name in job.measures if name in last.metrics}
    texts = latency_texts(job.measures, data)
    metrics |= known or measure(job.measures, job.checkpoint, texts, fitted.parameters)
    return Evaluation(
        step=BUDGET_STEPS,
        examples=len(fold.training),
        metrics=metrics,
        train_loss=fitted.train_loss,
        learning_rate=0.0,
        seconds=cost.seconds,
        is_best=True,
        temperature=calibration.temperature,
        thresholds=calibration.thresholds,
        saves_state=False,
    )


def fit_fold(
    job: TrialJob, data: TrialData, fold: Fold, cost: CostMeter, known: OutOfFold = NOTHING_KNOWN
) -> Generator[TrialReport, None, FoldResult]:
    """Fit the model to the training rows of a fold; save it only if the fold holds out no rows.

    Args:
        job: the trial.
        data: the data.
        fold: the rows.
        cost: receives the cost.
        known: what other folds say of a model that is saved.

    Raises:
        CheckpointError: the disk rejects the model.
        Diverged: an output is not finite.
    """
    fitted = yield from Fitting(job, data, cost).fit(fold)
    if len(fold.held_out) == 0:
        with refusals_of(job.checkpoint):
            restore(job.checkpoint)
        tempered = fitted.classifier.tempered(known.calibration.temperature)
        save_classifier(tempered, job.checkpoint, known.outputs, known.calibration.thresholds)
        return FoldResult(fitted.train_loss, 0.0, fitted.logits, known.calibration)
    labels = all_labels(data)[fold.held_out]
    own = task_of(labels).calibrate(fitted.logits, labels)
    return FoldResult(fitted.train_loss, 0.0, fitted.logits, own)
