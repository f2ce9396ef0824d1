"""Texts for trials, parameters and times, shared by the live view and the plain lines."""

from collections.abc import Mapping

from automl.core import Lineage
from automl.report import changed, format_seconds, format_value, short_names
from search_spaces import Value
from trials.protocol import BUDGET_STEPS, TrialEnd

DASHBOARD_HINT = "its token: ray get-auth-token"
"""Command that prints the token for which Ray asks once in each browser."""

END_WORDS: dict[TrialEnd, str] = {
    TrialEnd.COMPLETED: "completed",
    TrialEnd.PRUNED: "pruned",
    TrialEnd.DIVERGED: "diverged",
    TrialEnd.OUT_OF_MEMORY: "out of memory",
    TrialEnd.PREEMPTED: "preempted",
    TrialEnd.ERROR: "failed",
}


def clock(seconds: float) -> str:
    """Return `seconds` as `2:05`, or as `1:02:05` from an hour on; negative values become 0."""
    total = max(0, int(seconds))
    hours, minutes = divmod(total // 60, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{total % 60:02d}"
    return f"{minutes}:{total % 60:02d}"


def duration(seconds: float) -> str:
    """Return `seconds` as `12.3 s`, `2 min 05 s` or `1 h 02 min`."""
    return format_seconds(seconds, digits=1)


def percent(fraction: float) -> str:
    """Return `fraction`, a share of the budget from 0 to 1, in whole percent."""
    return f"{round(100 * fraction)}%"


def origin(lineage: Lineage | None) -> str:
    """Return the parent of a trial, after a space; empty for a trial that starts from nothing."""
    if lineage is None or lineage.parent is None:
        return ""
    return f" from trial {lineage.parent} at {percent(lineage.step / BUDGET_STEPS)}"


def differences(params: Mapping[str, Value], defaults: Mapping[str, Value]) -> str:
    """Return the parameters that differ from `defaults`, such as `depth=3 learning_rate=0.0021`."""
    short = short_names(params)
    return " ".join(f"{short[name]}={format_value(value)}" for name, value in changed(params, defaults).items())


def last_line(cause: str) -> str:
    """Return the last line of `cause`, a traceback or a message; empty if there is none."""
    lines = [line.strip() for line in cause.strip().splitlines()]
    return lines[-1] if lines else ""
