"""Implements the commands that change a study: stop, retry, delete, doctor."""

import sys
from collections.abc import Mapping
from pathlib import Path

import typer

from automl.console import Console
from automl.core import UsageError, Workspace, next_command
from automl.storage import open_store
from trials.protocol import TrialEnd


def stop_study(study: str, timeout: float, workspace: Path, storage: str | None) -> bool:
    """Implements `automl stop`; returns False if the search still runs after `timeout` seconds."""
    from automl.commands import stop

    place = Workspace(workspace, storage)
    store = open_store(place)
    try:
        return stop(store.study(study), place, timeout, Console().say)
    finally:
        store.close()


def run_retry(
    study: str,
    ends: Mapping[str, bool],
    workspace: Path,
    storage: str | None,
    tracking_uri: str | None,
    *,
    now: bool,
    json: bool,
) -> None:
    """Implements `automl retry`; `ends` says for each kind of end whether its trials are retried."""
    from automl.commands import retry

    wanted = [TrialEnd(end) for end, is_wanted in ends.items() if is_wanted]
    if not wanted:
        raise UsageError("name the trials to retry: --failed, --diverged, --out-of-memory")
    console = Console(aside=json)
    place = Workspace(workspace, storage)
    store = open_store(place)
    try:
        found = retry(store.study(study), wanted, console.say)
    finally:
        store.close()
    if not found:
        return
    if not now:
        console.say(f"Run them: {next_command(place, 'resume', study)}")
        return
    from automl.cli.run_search import run_resume

    run_resume(study, Workspace(workspace, storage, tracking_uri), None, None, None, json=json)


def delete_study(study: str, workspace: Path, storage: str | None, tracking_uri: str | None, *, yes: bool) -> None:
    """Implements `automl delete`."""
    from automl.commands import delete, survey

    place, console = Workspace(workspace, storage, tracking_uri), Console()
    store = open_store(place)
    try:
        contents = survey(store.study(study), place)
        console.say("\n".join([f"Study {study!r} has", *(f"  {line}" for line in contents.lines())]))
        if not yes and not _is_confirmed(study):
            console.say("Nothing was deleted.")
            return
        delete(contents, place, console.say)
        console.say(f"Study {study!r} is deleted.")
    finally:
        store.close()


def _is_confirmed(study: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"the deletion of {study!r} must be confirmed, but there is no terminal to ask on; add --yes")
    return typer.confirm("Delete all of this permanently?")


def examine(study: str | None, workspace: Path, storage: str | None, tracking_uri: str | None, *, fix: bool) -> bool:
    """Implements `automl doctor`; returns False if inconsistencies remain."""
    from automl.doctor import examine as look
    from automl.doctor import mend

    place, console = Workspace(workspace, storage, tracking_uri), Console()
    findings = mend(place, study, console.say) if fix else look(place, study, console.say)
    if not findings:
        console.say("All is well.")
        return True
    can_mend = sum(finding.mend is not None for finding in findings)
    if not fix and can_mend:
        console.say(f"{can_mend} of {len(findings)} can be repaired: run the command again with --fix")
    return False
