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
    """Run `automl stop`; return False if the search still runs after `timeout` seconds."""
    from automl.commands import stop

    location = Workspace(workspace, storage)
    store = open_store(location)
    try:
        return stop(store.study(study), location, timeout, Console().say)
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
    """Run `automl retry`; `ends` says for each kind of end whether its trials are retried."""
    from automl.commands import retry

    chosen_ends = [TrialEnd(end) for end, is_wanted in ends.items() if is_wanted]
    if not chosen_ends:
        raise UsageError("name the trials to retry: --failed, --diverged, --out-of-memory")
    console = Console(aside=json)
    location = Workspace(workspace, storage)
    store = open_store(location)
    try:
        found = retry(store.study(study), chosen_ends, console.say)
    finally:
        store.close()
    if not found:
        return
    if not now:
        console.say(f"Run them: {next_command(location, 'resume', study)}")
        return
    from automl.cli.run_search import run_resume

    run_resume(study, Workspace(workspace, storage, tracking_uri), None, None, None, json=json)


def delete_study(study: str, workspace: Path, storage: str | None, tracking_uri: str | None, *, yes: bool) -> None:
    """Run `automl delete`."""
    from automl.commands import delete, survey

    location, console = Workspace(workspace, storage, tracking_uri), Console()
    store = open_store(location)
    try:
        contents = survey(store.study(study), location, store)
        console.say("\n".join([f"Study {study!r} has", *(f"  {line}" for line in contents.lines())]))
        if not yes and not _is_confirmed(study):
            console.say("Nothing was deleted.")
            return
        delete(contents, location, console.say)
        console.say(f"Study {study!r} is deleted.")
    finally:
        store.close()


def _is_confirmed(study: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"the deletion of {study!r} must be confirmed, but there is no terminal to ask on; add --yes")
    return typer.confirm("Delete all of this permanently?")


def examine(study: str | None, workspace: Path, storage: str | None, tracking_uri: str | None, *, fix: bool) -> bool:
    """Run `automl doctor`; return False if inconsistencies remain."""
    from automl.doctor import examine as report_inconsistencies
    from automl.doctor import repair

    location, console = Workspace(workspace, storage, tracking_uri), Console()
    findings = repair(location, study, console.say) if fix else report_inconsistencies(location, study, console.say)
    if not findings:
        console.say("All is well.")
        return True
    repairable = sum(finding.repair is not None for finding in findings)
    if not fix and repairable:
        console.say(f"{repairable} of {len(findings)} can be repaired: run the command again with --fix")
    return False
