"""Fits a winner that is fitted in one go once more, to the validation rows, too, before it is handed over."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from automl.core import REFIT_PREFIX, TrialRecord, WorkspaceError, one_line, usable_cores
from automl.planning import Plan
from automl.worker import refit
from search_spaces import Linear, Point, Probe
from trials.data.encoding import encode
from trials.errors import PretrainedError
from trials.protocol import TrialJob
from trials.tasks import Calibration

AT_ONCE = 2
"""Members of an ensemble that are fitted at a time: most use one core, and each fit holds the texts in memory."""


@contextmanager
def refitted(
    plan: Plan, trial: TrialRecord, study: str, say: Callable[[str], None], at_once: int = 1
) -> Iterator[Path | None]:
    """Provide the folder of the model of `trial`, fitted to the validation rows, too; it is deleted afterwards.

    It is None for a model that is trained in steps, whose best step was found on the validation rows; for a
    cross-validated one, which has seen all rows; and where constraints or several objectives were measured on the
    model of the trial. It is also None, with a message, if the fit fails. One that was fitted to a sample of the
    training rows is fitted to that sample and the validation rows, as the features of others may be missing.

    Args:
        plan: the plan of the search.
        trial: the winning trial.
        study: name of the study.
        say: receives one line at the start, and one if the fit fails.
        at_once: number of fits that share the cores.

    Yields:
        The folder, or None.
    """
    point = fitted_point(plan, trial)
    if point is None or trial.folds or not plan.goals.are_plain:
        yield None
        return
    say("Fitting the winner once more, to its training rows and the validation rows")
    with ExitStack() as stack:
        try:
            place = plan.workspace.study(study).folder
            folder = stack.enter_context(TemporaryDirectory(prefix=REFIT_PREFIX, dir=place, ignore_cleanup_errors=True))
            model: Path | None = Path(folder) / "model"
            _fit(plan, trial, point, Path(folder) / "model", max(1, usable_cores() // at_once))
        except (WorkspaceError, PretrainedError, OSError) as error:
            say(f"The winner is handed over as its trial fitted it, because the second fit failed: {one_line(error)}")
            model = None
        yield model


@contextmanager
def all_refitted(plan: Plan, trials: Sequence[TrialRecord], study: str) -> Iterator[dict[int, Path | None]]:
    """Provide the models of several trials as `refitted` does, two fitted at a time; nothing is said.

    Args:
        plan: the plan of the search.
        trials: the trials.
        study: name of the study.

    Yields:
        The folder, or None, by trial number.
    """
    at_once = max(1, min(AT_ONCE, len(trials)))
    with ExitStack() as stack:
        with ThreadPoolExecutor(at_once) as pool:
            fits = {
                trial.number: pool.submit(stack.enter_context, refitted(plan, trial, study, _silent, at_once))
                for trial in trials
            }
        yield {number: fit.result() for number, fit in fits.items()}


def _silent(message: str) -> None:
    """Show nothing."""


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
