"""Runs every check on a workspace, and repairs the inconsistencies that they find."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL

from automl.commands import certainly_living, living, tracked_at
from automl.core import AutomlError, UsageError, Workspace, WorkspaceError
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.doctor.checks import find_old_schema
from automl.doctor.copy_sqlite import copy_database
from automl.doctor.registry import CHECKS
from automl.storage import StudyStore, open_store
from automl.storage.database import SQLITE, read_url, sqlite_file
from automl.tracking.mlflow import SQLITE as SQLITE_URI
from automl.tracking.mlflow import sqlite_file as sqlite_file_of

Say = Callable[[str], None]


def examine(place: Workspace, study: str | None, say: Say) -> list[Inconsistency]:
    """Reports every inconsistency, and changes nothing: the checks read copies of SQLite databases.

    Args:
        place: the workspace to examine.
        study: name of the only study to examine; None for all studies.
        say: receives one line for each inconsistency.

    Returns:
        All inconsistencies found; empty if there are none.

    Raises:
        UsageError: there is no such workspace or study.
    """
    with TemporaryDirectory(prefix="automl-doctor-") as scratch:
        findings = list(_look_at_copies(place, study, Path(scratch), say))
    for finding in findings:
        say(f"- {finding.sentence}")
    return findings


def mend(place: Workspace, study: str | None, say: Say) -> list[Inconsistency]:
    """Repairs every inconsistency that can be repaired automatically.

    Args:
        place: the workspace to repair.
        study: name of the only study to repair; None for all studies.
        say: receives one line for each repair, and for each inconsistency that remains.

    Returns:
        The inconsistencies that remain.

    Raises:
        UsageError: there is no such workspace or study.
        WorkspaceError: the database cannot be used.
    """
    _require_database(place)
    for finding in find_old_schema(place, place.storage_url):
        _mend(finding, say)
    store = open_store(place)
    try:
        with _held(store, place, study, say) as patient:
            for check in CHECKS.values():
                for finding in list(check(patient)):
                    _mend(finding, say)
        with _held(store, place, study, lambda _: None) as patient:
            left = [finding for check in CHECKS.values() for finding in check(patient)]
    finally:
        store.close()
    for finding in left:
        say(f"- still: {finding.sentence}")
    return left


def _mend(finding: Inconsistency, say: Say) -> None:
    if finding.mend is None:
        return
    try:
        finding.mend()
    except (AutomlError, OSError) as error:
        say(f"- could not be repaired: {finding.sentence}: {error}")
    else:
        say(f"- repaired: {finding.sentence}")


def _look_at_copies(place: Workspace, study: str | None, scratch: Path, say: Say) -> Iterator[Inconsistency]:
    _require_database(place)
    file = sqlite_file(read_url(place.storage_url))
    copy = place
    if file is not None:
        there = URL.create(SQLITE, database=str(copy_database(file, scratch)))
        copy = replace(place, storage=there.render_as_string())
    try:
        old = list(find_old_schema(place, copy.storage_url))
        yield from old
        if old and file is None:
            return  # to look further, the tables would have to be changed
        store = open_store(copy)
    except WorkspaceError as error:
        yield Inconsistency(str(error))
        return
    try:
        patient = _patient(store, place, study, say, is_copy=file is not None)
        tracking = {name: _copy_of(uri, scratch / "mlflow") for name, uri in patient.tracking.items()}
        patient = replace(patient, tracking=tracking)
        for check in CHECKS.values():
            yield from check(patient)
    finally:
        store.close()


def _require_database(place: Workspace) -> None:
    """Raises the usual error if the workspace has no database; an existing database is not opened."""
    file = sqlite_file(read_url(place.storage_url))
    if file is not None and not file.is_file():
        open_store(place)


def _copy_of(uri: str, folder: Path) -> str:
    file = sqlite_file_of(uri)
    if file is None or not file.is_file():
        return uri
    folder.mkdir(exist_ok=True)
    return f"{SQLITE_URI}{copy_database(file, folder)}"


def _patient(store: StudyStore, place: Workspace, study: str | None, say: Say, *, is_copy: bool) -> CheckContext:
    """The context for the checks. In a copy no heartbeat arrives, so a driver on another machine counts as alive."""
    records = store.records() if study is None else [store.study(study).record()]
    studies = [store.study(record.name) for record in records]
    searched = [each.name for each in studies if (living(each) if is_copy else certainly_living(each, say))]
    for name in searched:
        say(f"Study {name!r} is being searched, so it is not checked.")
    at_rest = tuple(record for record in records if record.name not in searched)
    return CheckContext(
        store=store,
        workspace=place,
        studies=at_rest,
        searched=tuple(searched),
        dead=tuple(driver for each in studies for driver in each.drivers() if driver.alive is False),
        tracking={record.name: tracked_at(store.study(record.name), place) for record in at_rest},
    )


@contextmanager
def _held(store: StudyStore, place: Workspace, study: str | None, say: Say) -> Iterator[CheckContext]:
    """The context for the checks. On SQLite, its studies are locked, so that no search of them can start meanwhile."""
    patient = _patient(store, place, study, say, is_copy=False)
    held = []
    with ExitStack() as stack:
        for each in [store.study(record.name) for record in patient.studies]:
            with suppress(UsageError):  # a search of it has just started
                stack.enter_context(each.sole_driver())
                held.append(each)
        yield replace(patient, studies=tuple(each.record() for each in held))
