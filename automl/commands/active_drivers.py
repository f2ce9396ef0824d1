"""Whether anybody searches a study."""

import time
from collections.abc import Callable

from automl.core import DriverRecord, UsageError
from automl.storage import StudyStore

LOOK_SECONDS = 2.5
"""Between two looks at a driver on another machine; it beats every 5 seconds."""

LONGEST_SECONDS = 90.0
"""For longer nobody is watched: after 60 s of silence the database's own rule takes a driver for dead."""


def living(store: StudyStore, study: str) -> list[DriverRecord]:
    """The drivers of the study that live, or that may do so for all that can be told at once."""
    return [driver for driver in store.drivers(study) if driver.alive is not False]


def certainly_living(store: StudyStore, study: str, say: Callable[[str], None]) -> list[DriverRecord]:
    """The drivers of the study that live. One on another machine is watched until that is sure."""
    drivers = living(store, study)
    if unknown := [driver for driver in drivers if driver.alive is None]:
        say(f"Watching {', '.join(map(shown, unknown))} for a sign of life, for up to {LONGEST_SECONDS:g} s")
    deadline = time.monotonic() + LONGEST_SECONDS
    while any(driver.alive is None for driver in drivers) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        drivers = living(store, study)
    return drivers


def is_reserved(store: StudyStore, study: str) -> bool:
    """Whether a process has the study for itself, be it not in the database yet. Only on SQLite does any have it."""
    try:
        with store.sole_driver(study):
            return False
    except UsageError:
        return True


def shown(driver: DriverRecord) -> str:
    """A driver as a message names it."""
    return f"process {driver.pid} on {driver.host}"
