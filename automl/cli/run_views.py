"""Implements the commands that only read: studies, show, spaces, ui."""

import signal
import sys
from contextlib import closing
from pathlib import Path

from automl.checkpoints import holds_model
from automl.config import resolve_space
from automl.console import Console, end_with_reader
from automl.core import StudyIdentity, UsageError, Workspace
from automl.report import (
    TrialChoice,
    rows_as_csv,
    space_table,
    spaces_table,
    studies_table,
    study_as_json,
    study_view,
    trial_rows,
    wide_view,
)
from automl.storage import open_store


def show_studies(workspace: Path, storage: str | None) -> None:
    """Run `automl studies`."""
    end_with_reader()
    store = open_store(Workspace(workspace, storage))
    Console().show(studies_table(store.records()))
    store.close()


def show_study(study: str, choice: TrialChoice, form: str | None, workspace: Path, storage: str | None) -> None:
    """Run `automl show`.

    Args:
        study: name of the study.
        choice: which trials are shown, and in which order.
        form: `wide`, `csv` or `json`; None: tables that fit the terminal.
        workspace: the workspace.
        storage: database of the studies; None: the workspace's.
    """
    end_with_reader()
    location = Workspace(workspace, storage)
    folders = location.study(study)

    def model(number: int) -> Path | None:
        folder = folders.model(number)
        return folder if holds_model(folder) else None

    with closing(open_store(location)) as store:
        record = store.study(study).record()
    match form:
        case "csv":
            sys.stdout.write(rows_as_csv(trial_rows(record, choice.of(record))))
        case "json":
            print(study_as_json(record, trial_rows(record, choice.of(record))))
        case "wide":
            Console().show(wide_view(record, choice), wide=True)
        case _:
            Console().show(study_view(record, choice, model))


def show_spaces(name: str | None) -> None:
    """Run `automl spaces`."""
    end_with_reader()
    if name is None:
        Console().show(spaces_table())
        return
    space, problems = resolve_space(name, {})
    if space is None or problems:
        raise UsageError("\n".join(problems))
    Console().show(space_table(space))


def serve_ui(study: str | None, port: int, workspace: Path, tracking_uri: str | None) -> None:
    """Run `automl ui`."""
    from automl.tracking.mlflow.ui import start_ui

    location = Workspace(workspace, tracking=tracking_uri)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)  # so that the server always ends with this process
    with start_ui(location.tracking_uri, location.artifacts, port, _identity(location, study)) as page:
        console = Console()
        console.say(f"MLflow: {page.url}")
        if page.comparison is not None:
            console.say(f"Charts: {page.comparison}")
        if page.is_own_server:
            console.say("Press Ctrl-C to stop it.")
            page.wait()


def _identity(location: Workspace, study: str | None) -> StudyIdentity | None:
    """Return the study with its UUID, if the database is available.

    On an MLflow server, it distinguishes studies of the same name.
    """
    if study is None:
        return None
    try:
        store = open_store(location)
    except UsageError:
        return StudyIdentity(study, "")
    try:
        return store.study(study).record().identity if study in store.names() else StudyIdentity(study, "")
    finally:
        store.close()
