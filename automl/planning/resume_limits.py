"""The limits of a search that resumes a study."""

from automl.config import Experiment, parse_duration
from automl.core import StudyRecord, UsageError, Workspace, next_command
from automl.selection import finalists


def resumed_limits(
    experiment: Experiment, trials: str | None, time_budget: str | None, study: StudyRecord, workspace: Workspace
) -> tuple[int | None, float | None]:
    """Return the limits of a resumed search. A given limit replaces both limits of the experiment.

    The limit of trials is never below the existing trials, so that waiting trials still run.

    Args:
        experiment: the experiment of the study.
        trials: `60` for the total number of trials of the study, or `+20` for 20 more; None: not given.
        time_budget: `10m` or `+10m`, which are equal, because each search counts its own time; None: not given.
        study: the study with its trials.
        workspace: the workspace, for the command in the message.

    Returns:
        The total number of trials and the seconds at which the search ends; None: no limit.

    Raises:
        UsageError: an option is invalid, or no trial would be left to run.
    """
    existing = len(study.proposed)
    best = {trial.number for trial in finalists(study, lambda number: True)}
    counted = [each for each in study.trials if each.confirms is None or each.confirms.trial in best]
    unfinished = sum(trial.state in ("WAITING", "RUNNING") for trial in counted)
    if trials is None and time_budget is None:
        limit = experiment.search.trials
        if limit is not None and not unfinished and existing >= limit:
            raise UsageError(
                f"all {limit} trials of study {study.name!r} are done; give a number of further trials: "
                + next_command(workspace, "resume", study.name, "--trials", "+20")
            )
        return None if limit is None else max(limit, existing), experiment.search.time_budget
    seconds = None if time_budget is None else _seconds(time_budget)
    if trials is None:
        return None, seconds
    digits = trials.removeprefix("+")
    if not digits.isdecimal() or int(digits) < 1:
        raise UsageError(f"--trials must be a number such as 60, or +20 for 20 more, not {trials!r}")
    total = existing + int(digits) if trials.startswith("+") else int(digits)
    if total <= existing and not unfinished:
        raise UsageError(
            f"--trials must be above the {existing} trials that study {study.name!r} has, or +20 for 20 more, "
            f"not {trials!r}"
        )
    return max(total, existing), seconds


def _seconds(time_budget: str) -> float:
    try:
        return parse_duration(time_budget.removeprefix("+"))
    except ValueError as error:
        raise UsageError(f"--time-budget: {error}") from error
