"""How trials, parameters and times are put into words, the same in the live view and in the plain lines."""

from collections import Counter
from collections.abc import Mapping

from search_spaces import Value
from trials.record import TrialEnd

MINUTE, HOUR = 60, 3600

DASHBOARD_HINT = "its token: ray get-auth-token"
"""Ray asks for a token once a browser; the command prints it."""

END_WORDS: dict[TrialEnd, str] = {
    TrialEnd.COMPLETED: "completed",
    TrialEnd.PRUNED: "pruned",
    TrialEnd.DIVERGED: "diverged",
    TrialEnd.OUT_OF_MEMORY: "out of memory",
    TrialEnd.PREEMPTED: "preempted",
    TrialEnd.ERROR: "failed",
}


def clock(seconds: float) -> str:
    """`2:05`, and `1:02:05` from an hour on; never negative."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // MINUTE, MINUTE)
    if hours:
        return f"{hours}:{minutes:02d}:{whole % MINUTE:02d}"
    return f"{minutes}:{whole % MINUTE:02d}"


def duration(seconds: float) -> str:
    """`12.3 s`, `2 min 05 s` or `1 h 02 min`: as exact as one cares."""
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    if seconds < HOUR:
        return f"{int(seconds) // MINUTE} min {int(seconds) % MINUTE:02d} s"
    return f"{int(seconds) // HOUR} h {int(seconds) % HOUR // MINUTE:02d} min"


def percent(fraction: float) -> str:
    """A share of the budget, in whole percents."""
    return f"{round(100 * fraction)}%"


def differences(params: Mapping[str, Value], defaults: Mapping[str, Value]) -> str:
    """The parameters that are not as in `defaults`, shortly: `depth=3 learning_rate=0.0021`."""
    short = _short_names([*params, *defaults])
    return " ".join(
        f"{short[name]}={_brief(value)}"
        for name, value in params.items()
        if name not in defaults or defaults[name] != value
    )


def last_line(cause: str) -> str:
    """What went wrong in one line: the end of a traceback, or the only line of a message."""
    lines = [line.strip() for line in cause.strip().splitlines()]
    return lines[-1] if lines else ""


def _short_names(names: list[str]) -> dict[str, str]:
    """Each dotted name without its front part, where that is clear."""
    ends = Counter(name.rpartition(".")[2] for name in set(names))
    return {name: end if ends[end := name.rpartition(".")[2]] == 1 else name for name in names}


def _brief(value: Value) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
