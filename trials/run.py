"""Runs a trial: one point of a search space becomes one scored model."""

import traceback
from collections.abc import Generator, Iterator

from search_spaces import Linear, Point, Probe
from trials.data import EncodedDataset, TextDataset, TrialData
from trials.errors import CheckpointError, Diverged
from trials.hardware import is_out_of_memory, release_memory
from trials.protocol import Evaluation, TrialEnd, TrialJob, TrialReport
from trials.training import CostMeter
from trials.workflows import cross_validate, fit_and_evaluate, train_and_evaluate, with_usage


def run_trial(job: TrialJob, data: TrialData) -> Iterator[TrialReport]:
    """Train and score one point, with a report at each of `job.steps`; the last report has the trial's end.

    A linear model or a probe, which has no training steps, is evaluated at the end, and a probe whose features take
    long also with samples of its rows before. With `job.folds` there is one report for each fold.

    A failure is not raised but reported as an end: `DIVERGED`, `OUT_OF_MEMORY`, or `ERROR` with the traceback as cause.
    To stop the trial, close the iterator. The trial's memory is free before the last report.

    An interrupted trial resumes from the state in `job.state`, and first repeats its reports after step `job.told`.
    Without a usable state it starts again, from the inherited state if there is one, and reports every step from there;
    its model must then be better than `job.best`. A probe goes on after the sample of `job.earlier`.

    Args:
        job: what to run.
        data: tokens, or texts for a linear model.

    Yields:
        The reports, in the order of their steps; some have no evaluation and only show that the trial is alive.

    Raises:
        CheckpointError: a model or a state cannot be written. The trial can resume later from its previous state.
    """
    cost = CostMeter()
    last: Evaluation | None = None
    try:
        last = yield from with_usage(_reports(job, data, cost))
        end, cause = TrialEnd.COMPLETED, ""
    except CheckpointError as error:
        _clear_frames(error)
        raise
    except Exception as error:  # errors in models and spaces become a trial's end here
        end, cause = _failure(error)
    finally:
        release_memory()
    yield TrialReport(last, end, cost.so_far(), cause)


def _reports(job: TrialJob, data: TrialData, cost: CostMeter) -> Generator[TrialReport, None, Evaluation]:
    """Yield the report of every evaluation except the last one, which is returned."""
    if job.folds is not None:
        return (yield from cross_validate(job, job.folds, data, cost))
    match job.point, data:
        case Point(), EncodedDataset():
            return (yield from train_and_evaluate(job, job.point, data, cost))
        case (Linear(), TextDataset()) | (Probe(), EncodedDataset()):
            return (yield from fit_and_evaluate(job, data, cost))
    raise TypeError(f"a {type(job.point).__name__} cannot be trained on a {type(data).__name__}")


def _failure(error: Exception) -> tuple[TrialEnd, str]:
    if isinstance(error, Diverged):
        return TrialEnd.DIVERGED, str(error)
    if is_out_of_memory(error):
        return TrialEnd.OUT_OF_MEMORY, str(error) or type(error).__name__
    return TrialEnd.ERROR, "".join(traceback.format_exception(error))


def _clear_frames(error: CheckpointError) -> None:
    """Clear the frames of `error`, because they keep the model alive while the exception is handled."""
    for link in (error, error.__cause__):
        if link is not None:
            traceback.clear_frames(link.__traceback__)
