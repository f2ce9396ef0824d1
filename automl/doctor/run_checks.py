"""Runs every check on a workspace, and repairs the inconsistencies that they find."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from automl.commands import certainly_living, living, tracked_at
from automl.core import AutomlError, UsageError, Workspace, WorkspaceError, url_of_file
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.doctor.checks import find_old_schema
from automl.doctor.copy_sqlite import copy_database
from automl.doctor.registry import CHECKS
from automl.storage import StudyStore, open_store
from automl.storage.database import read_url, sqlite_file
from automl.tracking.mlflow import sqlite_file as sqlite_file_of

Say = Callable[[str], None]


def examine(workspace: Workspace, study: str | None, say: Say) -> list[Inconsistency]:
    """Report every inconsistency, and change nothing: the checks read copies of SQLite databases.

    Args:
        workspace: the workspace to examine.
        study: name of the only study to examine; None for all studies.
        say: receives one line for each inconsistency.

    Returns:
        All inconsistencies found; empty if there are none.

    Raises:
        UsageError: there is no such workspace or study.
    """
    with TemporaryDirectory(prefix="automl-doctor-") as scratch:
        findings = list(_examine_copies(workspace, study, Path(scratch), say))
    for finding in findings:
        say(f"- {finding.sentence}")
    return findings


def repair(workspace: Workspace, study: str | None, say: Say) -> list[Inconsistency]:
    """Repair every inconsistency that can be repaired automatically.

    Args:
        workspace: the workspace to repair.
        study: name of the only study to repair; None for all studies.
        say: receives one line for each repair, and for each inconsistency that remains.

    Returns:
        The inconsistencies that remain.

    Raises:
        UsageError: there is no such workspace or study.
        WorkspaceError: the database cannot be used.
    """
    _require_database(workspace)
    for finding in find_old_schema(workspace, workspace.storage_url):
        _repair(finding, say)
    store = open_store(workspace)
    try:
        with _held(store, workspace, study, say) as context:
            for check in CHECKS.values():
                for finding in list(check(context)):
                    _repair(finding, say)
        with _held(store, workspace, study, lambda _: None) as context:
            remaining = [finding for check in CHECKS.values() for finding in check(context)]
    finally:
        store.close()
    for finding in remaining:
        say(f"- still: {finding.sentence}")
    return remaining


def _repair(finding: Inconsistency, say: Say) -> None:
    if finding.repair is None:
        return
    try:
        finding.repair()
    except (AutomlError, OSError) as error:
        say(f"- could not be repaired: {finding.sentence}: {error}")
    else:
        say(f"- repaired: {finding.sentence}")


def _examine_copies(workspace: Workspace, study: str | None, scratch: Path, say: Say) -> Iterator[Inconsistency]:
    _require_database(workspace)
    file = sqlite_file(read_url(workspace.storage_url))
    copy = workspace
    if file is not None:
        copy = replace(workspace, storage=url_of_file(copy_database(file, scratch)))
    try:
        old = list(find_old_schema(workspace, copy.storage_url))
        yield from old
        if old and file is None:
            return  # the other checks need the new schema
        store = open_store(copy)
    except WorkspaceError as error:
        yield Inconsistency(str(error))
        return
    try:
        context = _context(store, workspace, study, say, is_copy=file is not None)
        tracking = {name: _copy_of(uri, scratch / "mlflow") for name, uri in context.tracking.items()}
        context = replace(context, tracking=tracking)
        for check in CHECKS.values():
            yield from check(context)
    finally:
        store.close()


def _require_database(workspace: Workspace) -> None:
    """Raise the usual error if the workspace has no database; an existing database is not opened."""
    file = sqlite_file(read_url(workspace.storage_url))
    if file is not None and not file.is_file():
        open_store(workspace)


def _copy_of(uri: str, folder: Path) -> str:
    file = sqlite_file_of(uri)
    if file is None or not file.is_file():
        return uri
    folder.mkdir(exist_ok=True)
    return url_of_file(copy_database(file, folder))


def _context(store: StudyStore, workspace: Workspace, study: str | None, say: Say, *, is_copy: bool) -> CheckContext:
    """Return the context for the checks.

    In a copy no heartbeat arrives, so a driver on another machine counts as alive.
    """
    records = store.records() if study is None else [store.study(study).record()]
    studies = [store.study(record.name) for record in records]
    searched = [
        study_handle.name
        for study_handle in studies
        if (living(study_handle) if is_copy else certainly_living(study_handle, say))
    ]
    for name in searched:
        say(f"Study {name!r} is being searched, so it is not checked.")
    checked = tuple(record for record in records if record.name not in searched)
    return CheckContext(
        store=store,
        workspace=workspace,
        studies=checked,
        searched=tuple(searched),
        dead=tuple(driver for study_handle in studies for driver in study_handle.drivers() if driver.alive is False),
        tracking={record.name: tracked_at(store.study(record.name), workspace) for record in checked},
    )


@contextmanager
def _held(store: StudyStore, workspace: Workspace, study: str | None, say: Say) -> Iterator[CheckContext]:
    """Yield the context for the checks.

    On SQLite, its studies are locked, so that no search of them can start meanwhile.
    """
    context = _context(store, workspace, study, say, is_copy=False)
    held = []
    with ExitStack() as stack:
        for study_handle in [store.study(record.name) for record in context.studies]:
            with suppress(UsageError):  # a search of it has just started
                stack.enter_context(study_handle.sole_driver())
                held.append(study_handle)
        yield replace(context, studies=tuple(study_handle.record() for study_handle in held))
