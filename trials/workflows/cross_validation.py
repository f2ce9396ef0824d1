"""Cross-validated trials: one model for each fold is scored, and one more is kept."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

from search_spaces import Point
from trials.data import EncodedDataset, Fold, TrialData, all_labels, folds_of
from trials.hardware import release_memory
from trials.metrics import Logits, over_folds
from trials.protocol import BUDGET_STEPS, Evaluation, Folds, TrialJob, TrialReport
from trials.tasks import Calibration, LabelArray, evaluate, task_of
from trials.training import CostMeter, with_heartbeats
from trials.workflows.fit_trial import fit_fold
from trials.workflows.fold_logits import FoldLogits
from trials.workflows.fold_result import NOTHING_KNOWN, FoldResult, OutOfFold
from trials.workflows.train_trial import train_fold


def cross_validate(
    job: TrialJob, folds: Folds, data: TrialData, cost: CostMeter
) -> Generator[TrialReport, None, Evaluation]:
    """Yield a report for each fold, scored by a model that was trained on the others, and return the means of all.

    The model that is kept is trained on all rows after the last fold, so a trial that stops earlier keeps no model.
    Beside it lie outputs for all rows, each by the model of the fold that held the row out.

    Args:
        job: the trial.
        folds: number and seed of the folds; the folds in `done` are not repeated.
        data: the data.
        cost: receives the cost.

    Raises:
        CheckpointError: the disk rejects the model.
        Diverged: a loss or an output is not finite.
    """
    *parts, all_rows = folds_of(data, folds.count, folds.seed)
    labels, kept = all_labels(data), FoldLogits(job, folds, data)
    done = list(folds.done)
    if done:
        cost.resume(_counted(done[-1]))
    for number in range(len(done), folds.count):
        part = parts[number]
        fit = yield from _fit(job, data, part, cost)
        kept.add(number, fit.logits)
        metrics = evaluate(fit.outputs, labels[part.held_out])
        done.append(replace(_evaluation(folds.step(number), metrics, fit, cost), fold=number))
        yield TrialReport(done[-1], None, cost.so_far())
    known = _known(kept.of_all_rows(parts), labels, done)
    fit = yield from _fit(job, data, all_rows, cost, known)
    means, deviations = over_folds([evaluation.metrics for evaluation in done])
    return replace(_evaluation(BUDGET_STEPS, means, fit, cost), is_best=True, deviations=deviations)


def _fit(
    job: TrialJob, data: TrialData, fold: Fold, cost: CostMeter, known: OutOfFold = NOTHING_KNOWN
) -> Generator[TrialReport, None, FoldResult]:
    match job.point, data:
        case Point(), EncodedDataset():
            fit = yield from with_heartbeats(train_fold(job, job.point, data, fold, cost, known), cost)
        case _:
            fit = yield from fit_fold(job, data, fold, cost, known)
    release_memory()
    return fit


def _known(logits: Logits | None, labels: LabelArray, done: Sequence[Evaluation]) -> OutOfFold:
    """Return what the folds say of the model of all rows: by the logits of all of them, if these are known.

    A fold has few rows where folds are needed most, so the mean of the folds' calibrations stands in for lost logits
    only. If no fold has a temperature, the model cannot have one.
    """
    if logits is None:
        return OutOfFold(Calibration.mean([Calibration(each.temperature, each.thresholds) for each in done]))
    has_temperature = any(each.temperature != 1.0 for each in done)
    calibration = task_of(labels).calibrate(logits, labels, tempered=has_temperature)
    return OutOfFold(calibration, calibration.outputs(logits))


def _evaluation(step: int, metrics: Mapping[str, float], fit: FoldResult, cost: CostMeter) -> Evaluation:
    return Evaluation(
        step=step,
        examples=cost.so_far().examples,
        metrics=metrics,
        train_loss=fit.train_loss,
        learning_rate=fit.learning_rate,
        seconds=cost.seconds,
        is_best=False,
        temperature=fit.calibration.temperature,
        thresholds=fit.calibration.thresholds,
    )


def _counted(last: Evaluation) -> dict[str, float]:
    """Return the cost at the end of a fold, as far as the study knows it, for `CostMeter.resume`."""
    return {
        "seconds": last.seconds,
        "examples": last.examples,
        "training_seconds": last.seconds,
        "peak_memory_bytes": 0,
    }
