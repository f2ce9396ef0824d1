"""Fits a winner that is fitted in one go once more, to the validation rows, too, before it is handed over."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from automl.core import TrialRecord, WorkspaceError, usable_cores
from automl.planning import Plan
from automl.worker import refit
from search_spaces import Linear, Point, Probe
from trials.data.encoding import encode
from trials.protocol import TrialJob


@contextmanager
def refitted(plan: Plan, trial: TrialRecord, study: str, say: Callable[[str], None]) -> Iterator[Path | None]:
    """Provide the folder of the model of `trial`, fitted to training and validation rows; it is deleted afterwards.

    It is None for a model that is trained in steps, whose best step was found on the validation rows; for a
    cross-validated one, which has seen all rows; and where constraints or several objectives were measured on the
    model of the trial. It is also None, with a message, if the fit fails.

    Args:
        plan: the plan of the search.
        trial: the winning trial.
        study: name of the study.
        say: receives one line at the start, and one if the fit fails.

    Yields:
        The folder, or None.
    """
    point = plan.space.replay(trial.params)
    if isinstance(point, Point) or trial.folds or not plan.goals.are_plain:
        yield None
        return
    say("Fitting the winner once more, to training and validation rows")
    folder = plan.workspace.study(study).folder / "refit"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder if _is_fitted(plan, trial.number, point, folder, say) else None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_fitted(plan: Plan, number: int, point: Linear | Probe, folder: Path, say: Callable[[str], None]) -> bool:
    prepared, settings = plan.prepared, plan.experiment
    job = TrialJob(
        number=number,
        point=point,
        seed=settings.search.seed,
        budget_examples=prepared.budgets.of(point),
        metric=plan.goals.first.name,
        checkpoint=folder,
        state=folder,
        cache=plan.workspace.cache,
        precision=settings.trial.precision,
        threads=usable_cores(),
    )
    try:
        if isinstance(point, Probe):
            refit(job, encode(prepared.dataset, point.text, prepared.max_length, plan.workspace.cache))
        else:
            refit(job, prepared.dataset)
    except WorkspaceError as error:
        say(f"The winner is handed over as its trial fitted it, because the second fit failed: {error}")
        return False
    return True
