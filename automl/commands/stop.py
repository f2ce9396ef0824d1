"""Requests an orderly shutdown of the searches of a study from another process."""

import time
from collections.abc import Callable, Iterator, Sequence

from automl.commands.active_drivers import is_reserved, living, shown
from automl.core import DriverRecord, Workspace, next_command
from automl.storage import Study

POLL_SECONDS = 0.5


def stop(study: Study, workspace: Workspace, timeout: float, say: Callable[[str], None]) -> bool:
    """Ask all drivers of the study to end, and wait for that.

    Each driver puts its running trials back into the queue, so that they continue when the study is resumed, and
    exports its best model. Ctrl-C ends the waiting, but not the request.

    Args:
        study: the study.
        workspace: the workspace that the printed `resume` command names.
        timeout: longest wait in seconds.
        say: receives lines about the progress.

    Returns:
        False if a driver is still there after `timeout` seconds. True if none is left, or if Ctrl-C ended the waiting.

    Raises:
        UsageError: there is no such study.
    """
    drivers, deadline = living(study), time.monotonic() + timeout
    if not drivers and not is_reserved(study):
        say(f"No driver searches study {study.name!r}.")
        return True
    asked: set[str] = set()
    try:
        while drivers or is_reserved(study):
            if new := [driver for driver in drivers if driver.id not in asked]:
                study.request_stop()
                asked |= {driver.id for driver in new}
                say(
                    f"Asked {', '.join(map(shown, new))} to end the search. "
                    "Waiting until it has ended (Ctrl-C stops waiting, not the search)."
                )
            if time.monotonic() >= deadline:
                break
            time.sleep(min(POLL_SECONDS, max(0.0, deadline - time.monotonic())))
            drivers = living(study)
    except KeyboardInterrupt:
        say("The command no longer waits; the search still ends by itself.")
        return True
    for line in [*_result(drivers, timeout)] or [_ended(study.name, workspace)]:
        say(line)
    return not drivers


def _result(drivers: Sequence[DriverRecord], timeout: float) -> Iterator[str]:
    for driver in drivers:
        pending = "" if driver.alive else ", which has sent no heartbeat: it may be dead"
        yield f"After {timeout:g} s there still is {shown(driver)}{pending}. It was asked, and ends when it hears that."


def _ended(study: str, workspace: Workspace) -> str:
    return f"The search of study {study!r} has ended. Resume it: {next_command(workspace, 'resume', study)}"
