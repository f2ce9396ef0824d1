"""The whole story of a trial: one point of a search space becomes one scored model."""

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
    """Trains and scores one point, with a report at each of `job.steps` and one end in the last report.

    A model that is fitted in one go, a linear one or a probe, is evaluated at the end alone. With `job.folds` there is
    a report for each fold.

    A failure is an end too and is not raised: `DIVERGED`, `OUT_OF_MEMORY`, or `ERROR` with its traceback as cause.
    Whoever wants no more closes the iterator. However a trial ends, its memory is free before the last report.

    A trial that was cut off goes on from the state in `job.state`, and first says again what it had said after step
    `job.told`. Without a usable state it begins again, from what it inherits if it does, and reports every step
    from there; its model then has to beat `job.best`.

    Raises:
        CheckpointError: a model or a state could not be written. The trial may go on later from its state before.
    """
    cost = CostMeter()
    last: Evaluation | None = None
    try:
        last = yield from with_usage(_story(job, data, cost))
        end, cause = TrialEnd.COMPLETED, ""
    except CheckpointError as error:
        _let_go(error)
        raise
    except Exception as error:  # this is where bugs of models and spaces become a trial's end
        end, cause = _failure(error)
    finally:
        release_memory()
    yield TrialReport(last, end, cost.so_far(), cause)


def _story(job: TrialJob, data: TrialData, cost: CostMeter) -> Generator[TrialReport, None, Evaluation]:
    """Yields the report of every evaluation but the last one, which it returns."""
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


def _let_go(error: CheckpointError) -> None:
    """Empties the frames that `error` came through: they hold the model, and whoever catches it holds them."""
    for link in (error, error.__cause__):
        if link is not None:
            traceback.clear_frames(link.__traceback__)
