"""The commands for studies, with their options. Nothing heavy is imported before a command runs."""

from collections.abc import Callable
from typing import Annotated

import typer

from automl.cli.commands.options import (
    RUNS,
    JsonOption,
    StorageOption,
    StudyArgument,
    TrackingOption,
    WorkspaceOption,
)


def retry(
    study: StudyArgument,
    failed: Annotated[bool, typer.Option("--failed", help="Trials that ended with an error.")] = False,
    diverged: Annotated[
        bool, typer.Option("--diverged", help="Trials that diverged: a loss or an output was not finite.")
    ] = False,
    out_of_memory: Annotated[bool, typer.Option("--out-of-memory", help="Trials that did not fit.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Resume the study at once.")] = False,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
    tracking_uri: TrackingOption = None,
    json: JsonOption = False,
) -> None:
    """Retry trials that failed: enqueue copies of them. Needs --failed, --diverged or --out-of-memory."""
    from automl.cli.run_changes import run_retry

    ends = {"error": failed, "diverged": diverged, "out_of_memory": out_of_memory}
    run_retry(study, ends, workspace, storage, tracking_uri, now=now, json=json)


def stop(
    study: StudyArgument,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait for the end of the search.")] = 60.0,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
) -> None:
    """Ask all drivers of a study to stop after saving their work. Exit code 1 if they still run after --timeout."""
    from automl.cli.run_changes import stop_study

    if not stop_study(study, timeout, workspace, storage):
        raise typer.Exit(1)


def delete(
    study: StudyArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Delete a study permanently: its trials, its models and its MLflow runs. Asks for confirmation."""
    from automl.cli.run_changes import delete_study

    delete_study(study, workspace, storage, tracking_uri, yes=yes)


def doctor(
    study: Annotated[str | None, typer.Argument(help="Name of the study. Default: all of them.")] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Repair what disagrees. Without this option nothing is changed.")
    ] = False,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Check that database, MLflow, processes and files agree. Exit code 1 if they do not."""
    from automl.cli.run_changes import examine

    if not examine(study, workspace, storage, tracking_uri, fix=fix):
        raise typer.Exit(1)


def studies(workspace: WorkspaceOption = RUNS, storage: StorageOption = None) -> None:
    """List the studies of a workspace."""
    from automl.cli.run_views import show_studies

    show_studies(workspace, storage)


def show(
    study: StudyArgument,
    top: Annotated[int | None, typer.Option("--top", "--limit", min=1, help="Show only the best trials.")] = None,
    sort: Annotated[
        str, typer.Option(metavar="COLUMN", help="Order: trial, best, seconds, ..., an objective or a parameter.")
    ] = "trial",
    wide: Annotated[
        bool, typer.Option("--wide", help="All parameters of all trials, however wide; pipe it into less -S.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print one row a trial as CSV.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the study with its trials as JSON.")] = False,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
) -> None:
    """Show the trials of a study: how each ended, its value, its budget, and what it is; then what differs."""
    from automl.cli.run_views import show_study
    from automl.report import TrialChoice

    forms = [form for form, is_wanted in (("wide", wide), ("csv", csv), ("json", json)) if is_wanted]
    if len(forms) > 1:
        raise typer.BadParameter(
            f"give one of --wide, --csv and --json, not {' and '.join(f'--{one}' for one in forms)}"
        )
    show_study(study, TrialChoice(top, sort), forms[0] if forms else None, workspace, storage)


def spaces(name: Annotated[str | None, typer.Argument(help="A space, to see its parameters.")] = None) -> None:
    """List the search spaces, or the parameters of one."""
    from automl.cli.run_views import show_spaces

    show_spaces(name)


def ui(
    study: Annotated[
        str | None, typer.Argument(help="Study whose page is opened. Default: the list of studies.")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 5000,
    workspace: WorkspaceOption = RUNS,
    tracking_uri: TrackingOption = None,
) -> None:
    """Serve the MLflow UI on the right store and print the address of the study's runs."""
    from automl.cli.run_views import serve_ui

    serve_ui(study, port, workspace, tracking_uri)


STUDY_COMMANDS: tuple[Callable[..., None], ...] = (retry, stop, studies, show, spaces, ui, doctor, delete)
"""Commands in the order in which help lists them."""
