"""How far a search goes on with a study that has trials already."""

from automl.config import Experiment, parse_duration
from automl.core import StudyRecord, UsageError, Workspace, next_command


def resumed_limits(
    experiment: Experiment, trials: str | None, time_budget: str | None, study: StudyRecord, workspace: Workspace
) -> tuple[int | None, float | None]:
    """The number of trials of the whole study at which to end, and the seconds after which; None where there is none.

    What is asked for now replaces both limits of the experiment. Trials that wait have a place in any case: they were
    begun, or asked for, before.

    Args:
        experiment: what the study was made with.
        trials: `60` for all the trials that the study shall have, or `+20` for that many more.
        time_budget: `10m` or `+10m`, which mean the same: a search counts its time from its first trial.
        study: what is there.
        workspace: where it lies.

    Raises:
        UsageError: one of the two cannot be read, or nothing would be left to do.
    """
    there = len(study.trials)
    waiting = sum(trial.state == "WAITING" for trial in study.trials)
    unfinished = waiting + sum(trial.state == "RUNNING" for trial in study.trials)
    if trials is None and time_budget is None:
        limit = experiment.search.trials
        if limit is not None and not unfinished and there >= limit:
            raise UsageError(
                f"all {limit} trials of study {study.name!r} are done; say how many more: "
                + next_command(workspace, "resume", study.name, "--trials", "+20")
            )
        return None if limit is None else max(limit, there), experiment.search.time_budget
    seconds = None if time_budget is None else _seconds(time_budget)
    if trials is None:
        return None, seconds
    digits = trials.removeprefix("+")
    if not digits.isdecimal() or int(digits) < 1:
        raise UsageError(f"--trials must be a number such as 60, or +20 for 20 more, not {trials!r}")
    wanted = there + int(digits) if trials.startswith("+") else int(digits)
    if wanted <= there and not unfinished:
        raise UsageError(
            f"--trials must be above the {there} trials that study {study.name!r} has, or +20 for 20 more, "
            f"not {trials!r}"
        )
    return max(wanted, there), seconds


def _seconds(time_budget: str) -> float:
    try:
        return parse_duration(time_budget.removeprefix("+"))
    except ValueError as error:
        raise UsageError(f"--time-budget: {error}") from error
