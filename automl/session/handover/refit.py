"""Fits a winner that is fitted in one go once more, to the validation rows, too, before it is handed over."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from automl.core import REFIT_PREFIX, TrialRecord, WorkspaceError, one_line, usable_cores
from automl.planning import Plan
from automl.report import listed_trials
from automl.worker import refit
from search_spaces import Linear, Point, Probe
from trials.data.encoding import encode
from trials.errors import PretrainedError
from trials.protocol import TrialJob
from trials.tasks import Calibration

AT_ONCE = 2
"""Models that are fitted at a time: most fits use one core, and each holds the texts in memory."""


@contextmanager
def refitted(
    plan: Plan, trials: Sequence[TrialRecord], study: str, say: Callable[[str], None]
) -> Iterator[dict[int, Path | None]]:
    """Provide folders of the models of some trials, fitted to the validation rows, too; they are deleted afterwards.

    A folder is None for a model that is trained in steps, whose best step was found on the validation rows; for a
    cross-validated one, which has seen all rows; and where constraints or several objectives were measured on the
    model of the trial. It is also None if the fit fails, with a message for the first trial. One that was fitted to a
    sample of the training rows is fitted to that sample and the validation rows, as the features of others may be
    missing.

    Args:
        plan: the plan of the search.
        trials: the best single one, then others; two are fitted at a time.
        study: name of the study.
        say: receives one line at the start, and one if the first fit fails.

    Yields:
        The folder, or None, by trial number.
    """
    points = {trial.number: _point_to_fit(plan, trial) for trial in trials}
    to_fit = [number for number, point in points.items() if point is not None]
    if len(to_fit) == 1 and to_fit[0] == trials[0].number:
        say("Fitting the winner once more, to its training rows and the validation rows")
    elif to_fit:
        say(f"Fitting the trials {listed_trials(to_fit)} once more, to their training rows and the validation rows")
    at_once = max(1, min(AT_ONCE, len(to_fit)))
    with ExitStack() as stack:

        def fitted(trial: TrialRecord) -> Path | None:
            if (point := points[trial.number]) is None:
                return None
            try:
                place = TemporaryDirectory(
                    prefix=REFIT_PREFIX, dir=plan.workspace.study(study).folder, ignore_cleanup_errors=True
                )
                model = Path(stack.enter_context(place)) / "model"
                _fit(plan, trial, point, model, max(1, usable_cores() // at_once))
            except (WorkspaceError, PretrainedError, OSError) as error:
                if trial is trials[0]:
                    failed = f"because the second fit failed: {one_line(error)}"
                    say(f"The winner is handed over as its trial fitted it, {failed}")
                return None
            return model

        with ThreadPoolExecutor(at_once) as pool:
            fits = {trial.number: pool.submit(fitted, trial) for trial in trials}
        yield {number: fit.result() for number, fit in fits.items()}


def _point_to_fit(plan: Plan, trial: TrialRecord) -> Linear | Probe | None:
    return fitted_point(plan, trial) if plan.goals.are_plain and not trial.folds else None


def fitted_point(plan: Plan, trial: TrialRecord) -> Linear | Probe | None:
    """Return the point of a trial whose model is fitted in one go; None for others.

    Args:
        plan: gives the space.
        trial: the trial.
    """
    try:
        point = plan.space.replay(trial.params)
    except Exception:  # a user's own space may raise anything, and may have changed since
        return None
    return None if isinstance(point, Point) else point


def _fit(plan: Plan, trial: TrialRecord, point: Linear | Probe, folder: Path, threads: int) -> None:
    prepared, settings = plan.prepared, plan.experiment
    dataset, best = prepared.dataset, trial.best
    calibration = dataset.task.uncalibrated(len(dataset.label_names))
    if best is not None:
        calibration = Calibration(best.temperature, best.thresholds)
    job = TrialJob(
        number=trial.number,
        point=point,
        seed=settings.search.seed,
        budget_examples=prepared.budgets.of(point),
        metric=plan.goals.first.name,
        checkpoint=folder,
        state=folder,
        earlier=None if trial.sample_rows is None else best,
        cache=plan.workspace.cache,
        precision=settings.trial.precision,
        threads=threads,
    )
    if isinstance(point, Probe):
        refit(job, encode(prepared.dataset, point.text, prepared.max_length, plan.workspace.cache), calibration)
    else:
        refit(job, prepared.dataset, calibration)
