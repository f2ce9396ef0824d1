"""Finds the drivers that work on a study at the moment."""

import time
from collections.abc import Callable

from automl.core import DriverRecord, UsageError
from automl.storage import Study

POLL_SECONDS = 2.5
"""Seconds between two reads of the heartbeat of a driver on another machine, which sends one every 5 seconds."""

LONGEST_SECONDS = 90.0
"""Longest wait for a heartbeat: after 60 s without one, the database's own rule considers a driver dead."""


def living(study: Study) -> list[DriverRecord]:
    """Return the drivers of the study that are alive or whose state is not known yet, without waiting.

    Args:
        study: the study.

    Returns:
        Drivers whose `alive` is True or None. None means that a driver on another machine may or may not be alive.
    """
    return [driver for driver in study.drivers() if driver.alive is not False]


def certainly_living(study: Study, say: Callable[[str], None]) -> list[DriverRecord]:
    """Return the drivers of the study that are alive, after waiting for the heartbeats of drivers on other machines.

    Args:
        study: the study.
        say: receives one line if the function has to wait.

    Returns:
        Drivers that are alive, and those whose state is still not known after `LONGEST_SECONDS`.
    """
    drivers = living(study)
    if unknown := [driver for driver in drivers if driver.alive is None]:
        say(f"Watching {', '.join(map(shown, unknown))} for a heartbeat, for up to {LONGEST_SECONDS:g} s")
    deadline = time.monotonic() + LONGEST_SECONDS
    while any(driver.alive is None for driver in drivers) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        drivers = living(study)
    return drivers


def is_reserved(study: Study) -> bool:
    """Return whether a process holds the lock of the study, even if it is not in the database yet.

    Only studies on SQLite have such a lock.
    """
    try:
        with study.sole_driver():
            return False
    except UsageError:
        return True


def shown(driver: DriverRecord) -> str:
    """Return the text that names a driver in messages."""
    return f"process {driver.pid} on {driver.host}"
