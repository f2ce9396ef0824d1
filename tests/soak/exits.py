"""How a driver may end, by what was done to it."""

import re
import signal

ORDERLY = frozenset({0, 1, 2, 130})
"""A model was handed over; there was none yet; something else is missing; it was interrupted before it searched."""

ENDING = re.compile(r"^(error: |The search ended)", re.MULTILINE)
"""The words with which `automl` itself ends; Ray has errors of its own in the middle of its lines."""

LAST_LINES = 6
RAYLET = re.compile(r"\[state-dump\]|\(raylet\)")
"""What Ray repeats of a dead raylet's own log."""


def exit_fault(doom: str | None, code: int, said: str, *, database_was_away: bool) -> str | None:
    """What is wrong with the end of a driver, or None.

    Args:
        doom: what was done to it; None for one that was left alone, `finish` for one that was to end by itself.
        code: its exit status, negative for a signal.
        said: all that it printed.
        database_was_away: the database broke connections while the driver was still starting: it may refuse to start.
    """
    if doom in {"sigint", "sigterm"} and "Starting Ray" not in said:
        return None  # Python's own handlers stand until we hold the signals
    if "Traceback (most recent call last)" in said:
        return f"a traceback, exit status {code}: {_last(said)}"
    if doom == "driver":
        return None if code in {-signal.SIGKILL, 0} else f"exit status {code} after SIGKILL: {_last(said)}"
    if doom == "finish":
        return None if code == 0 else f"exit status {code} at the last resume: {_last(said)}"
    if doom in {"sigint", "sigterm", "raylet", "gcs"}:
        if code in ORDERLY and ENDING.search(said):
            return None
        return f"exit status {code} after {doom}, without a word of what is: {_last(said)}"
    if database_was_away and code in {1, 2} and ENDING.search(said):
        return None
    return f"ended by itself, exit status {code}: {_last(said)}"


def _last(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not RAYLET.search(line)]
    return " | ".join(re.sub(r"\s+", " ", line)[:200] for line in lines[-LAST_LINES:])
