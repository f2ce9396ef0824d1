"""The command `automl`: parses, calls, prints. Nothing heavy is imported before a command runs."""

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from automl.errors import AutomlError

app = typer.Typer(
    name="automl",
    help="Find the best transformer text classifier that your data, your machines and your budget allow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WorkspaceOption = Annotated[Path, typer.Option("--workspace", "-w", help="Folder with studies, runs and models.")]
StorageOption = Annotated[
    str | None, typer.Option("--storage", help="Database URL of the studies. Default: SQLite in the workspace.")
]
TrackingOption = Annotated[
    str | None, typer.Option("--tracking-uri", help="MLflow store. Default: SQLite in the workspace.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON summary at the end; all else goes to stderr.")]
TimeOption = Annotated[str | None, typer.Option("--time-budget", "-t", help="Stop after this long: 90s, 10m, 1h30m.")]


@app.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    """Takes the options that stand before a command."""
    if version:
        from importlib.metadata import version as installed

        print(f"automl {installed('transformer-automl')}")
        raise typer.Exit


@app.command()
def search(
    source: Annotated[
        str | None,
        typer.Argument(
            help="A corpus (bbc-news, rotten-tomatoes, imdb), a data file or folder, or an experiment YAML."
        ),
    ] = None,
    study: Annotated[str | None, typer.Option(help="Name of the study. Default: after the data.")] = None,
    text: Annotated[str | None, typer.Option(help="Column that holds the text.")] = None,
    label: Annotated[str | None, typer.Option(help="Column that holds the label.")] = None,
    split: Annotated[str | None, typer.Option(help="Column that says train, validation or test.")] = None,
    validation: Annotated[Path | None, typer.Option(help="File with the validation rows.")] = None,
    test: Annotated[Path | None, typer.Option(help="File with the test rows.")] = None,
    allow: Annotated[list[str] | None, typer.Option(help="Accept a finding that would stop the search.")] = None,
    space: Annotated[str | None, typer.Option(help="Search space: a name or package.module:function.")] = None,
    metric: Annotated[str | None, typer.Option("--metric", "-m", help="What to optimize on validation.")] = None,
    sampler: Annotated[str | None, typer.Option(help="tpe or random.")] = None,
    pruner: Annotated[str | None, typer.Option(help="asha, hyperband, median or none.")] = None,
    trials: Annotated[int | None, typer.Option("--trials", "-n", help="Stop after this many trials.")] = None,
    time_budget: TimeOption = None,
    epochs: Annotated[str | None, typer.Option(help="Full budget of a trial, in epochs. Default: auto.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the sampler and of the trials.")] = None,
    slots: Annotated[str | None, typer.Option(help="Trials side by side. Default: auto.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Set any field of the experiment.")
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", help="Folder for studies, runs and models. Default: runs.")
    ] = None,
    storage: StorageOption = None,
    tracking_uri: TrackingOption = None,
    json: JsonOption = False,
) -> None:
    """Search for the best classifier, prove how good it is, and hand it over."""
    from automl.cli.running import run_search

    flags: dict[str, object] = {
        "study": study,
        "data.text": text,
        "data.label": label,
        "data.split": split,
        "data.validation": validation,
        "data.test": test,
        "data.allow": allow or None,
        "space.name": space,
        "search.metric": metric,
        "search.sampler": sampler,
        "search.pruner": pruner,
        "search.trials": trials,
        "search.time_budget": time_budget,
        "search.seed": seed,
        "trial.epochs": epochs,
        "resources.slots": slots,
        "workspace": workspace,
        "storage": storage,
        "tracking_uri": tracking_uri,
    }
    run_search(source, settings or [], flags, json=json)


@app.command()
def resume(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    trials: Annotated[
        str | None, typer.Option("--trials", "-n", help="All trials of the study (60), or more of them (+20).")
    ] = None,
    time_budget: TimeOption = None,
    workspace: WorkspaceOption = Path("runs"),
    storage: StorageOption = None,
    json: JsonOption = False,
) -> None:
    """Go on with a study: unfinished trials first, then new ones."""
    from automl.cli.running import run_resume

    run_resume(study, workspace, storage, trials, time_budget, json=json)


@app.command()
def predict(
    model: Annotated[Path, typer.Argument(help="Model folder, such as runs/STUDY/best.")],
    input_file: Annotated[
        Path | None, typer.Option("--input", "-i", help="File with texts. Default: stdin, one text a line.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV, TSV or JSONL file. Default: CSV to stdout.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Column that holds the text.")] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Texts scored at a time.")] = 64,
) -> None:
    """Label new texts: labels and probabilities, rows in the order in which they came."""
    from automl.export.predict import predict as label_texts

    label_texts(model, input_file, output, text, batch_size)


@app.command()
def studies(workspace: WorkspaceOption = Path("runs"), storage: StorageOption = None) -> None:
    """List the studies of a workspace."""
    from automl.cli.reading import show_studies

    show_studies(workspace, storage)


@app.command()
def show(
    study: Annotated[str, typer.Argument(help="Name of the study.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Show only the best trials.")] = None,
    workspace: WorkspaceOption = Path("runs"),
    storage: StorageOption = None,
) -> None:
    """Show the trials of a study: how each ended, its value, its budget and its parameters."""
    from automl.cli.reading import show_study

    show_study(study, limit, workspace, storage)


@app.command()
def spaces(name: Annotated[str | None, typer.Argument(help="A space, to see its parameters.")] = None) -> None:
    """List the search spaces, or the parameters of one."""
    from automl.cli.reading import show_spaces

    show_spaces(name)


@app.command()
def ui(
    study: Annotated[str | None, typer.Argument(help="Study to land on. Default: the list of studies.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 5000,
    workspace: WorkspaceOption = Path("runs"),
    tracking_uri: TrackingOption = None,
) -> None:
    """Serve the MLflow UI on the right store and print the address of the study's runs."""
    from automl.cli.reading import serve_ui

    serve_ui(study, port, workspace, tracking_uri)


def main() -> None:
    """Runs the command; a mistake of the user's ends as one message and exit code 2, without a traceback."""
    gc.set_threshold(50_000, 20, 20)  # imports make much and free nothing: 1.4 s instead of 1.7 s until Ray starts
    try:
        app()
    except AutomlError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(141)  # whoever read us is gone, as in `automl show STUDY | head`
