"""The commands that look at a study again, with their options. Nothing heavy is imported before a command runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from automl.cli.commands.options import RUNS, StorageOption, StudyArgument, WorkspaceOption


def errors(
    study: StudyArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV, TSV or JSONL file.")] = Path("errors.csv"),
    model: Annotated[
        str, typer.Option(help="What judges the labels: linear, probe, both, or auto: both where that is quick.")
    ] = "auto",
    with_test: Annotated[bool, typer.Option("--with-test", help="Judge the labels of the test rows, too.")] = False,
    spreadsheet: Annotated[
        bool,
        typer.Option("--spreadsheet", help="Put ' before a cell of CSV or TSV that would be run as a formula."),
    ] = False,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
) -> None:
    """List the rows of a study whose labels are likely wrong, with near copies, to be corrected by hand."""
    from automl.cli.run_review import list_errors
    from automl.core import Workspace

    list_errors(study, output, model, Workspace(workspace, storage), with_test=with_test, spreadsheet=spreadsheet)


def decide(
    study: StudyArgument,
    metric: Annotated[
        str | None,
        typer.Option("--metric", "-m", help="Metric that the labels should be best at: macro_f1, mcc, ..."),
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option(
            help="Table of costs: a row for each true label, a column for each chosen one. Of several: missed, wrong."
        ),
    ] = None,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
) -> None:
    """Find how the model of a study should choose labels, for a metric or for costs. automl predict obeys it."""
    from automl.cli.run_review import decide as find_and_write
    from automl.core import Workspace

    find_and_write(study, metric, costs, Workspace(workspace, storage))


def report(
    study: StudyArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="HTML file. Default: STUDY.html in this folder.")
    ] = None,
    hide_texts: Annotated[
        bool, typer.Option("--hide-texts", help="Leave texts of the data out of the page, so that it can be shared.")
    ] = False,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
) -> None:
    """Write a page about a study: verdict, scores, curves, parameters, calibration, and errors with explanations."""
    from automl.cli.run_review import write_report
    from automl.core import Workspace

    write_report(study, output, Workspace(workspace, storage), with_texts=not hide_texts)


REVIEW_COMMANDS: tuple[Callable[..., None], ...] = (report, errors, decide)
"""Commands in the order in which help lists them."""
