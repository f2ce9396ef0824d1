"""The commands that use a model or pass it on, with their options. Nothing heavy is imported before a command runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from automl.cli.commands.options import (
    RUNS,
    DelimiterOption,
    EncodingOption,
    HeaderOption,
    JsonOption,
    SheetOption,
    SqlOption,
    StorageOption,
    StudyArgument,
    TrackingOption,
    WorkspaceOption,
)

ModelArgument = Annotated[Path, typer.Argument(help="Model folder, such as runs/STUDY/best.", show_default=False)]


def predict(
    model: ModelArgument,
    input_file: Annotated[
        str | None,
        typer.Option(
            "--input", "-i", help="File or folder with texts, or a database (--sql). Default: stdin, one text a line."
        ),
    ] = None,
    sql: SqlOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV, TSV or JSONL file. Default: CSV to stdout.")
    ] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN", help="Column that holds the text. Repeatable. Default: those of the model's training."
        ),
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Texts scored at a time.")] = 64,
    spreadsheet: Annotated[
        bool,
        typer.Option(
            "--spreadsheet",
            help="For spreadsheets: put ' before a cell of CSV or TSV that would be run as a formula.",
        ),
    ] = False,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    header: HeaderOption = None,
    sheet: SheetOption = None,
    reject: Annotated[
        float | None,
        typer.Option(metavar="PROBABILITY", help="Give no label to a row whose label is less probable than this."),
    ] = None,
    sets: Annotated[
        float | None,
        typer.Option(
            metavar="COVERAGE",
            help="Add sets of labels, or intervals, that have the true one this often: 0.9.",
        ),
    ] = None,
    plain: Annotated[
        bool,
        typer.Option(
            "--plain",
            help="Take the most probable label, or with several labels a row the model's own thresholds, "
            "whatever automl decide has found.",
        ),
    ] = False,
    on_cluster: Annotated[
        str | None,
        typer.Option(
            "--on-cluster",
            metavar="ADDRESS",
            help="Label a large file on a Ray cluster: HOST:PORT of its head, or auto for the one of this machine.",
        ),
    ] = None,
) -> None:
    """Label new texts: labels and probabilities, in the order of the input rows."""
    from automl.cli.run_hand_over import scoring_on
    from automl.console import Console, end_with_reader
    from automl.export import predict as label_texts
    from trials.data.readers import ReadOptions

    end_with_reader()
    say = Console(aside=True).say
    label_texts(
        model,
        input_file,
        output,
        text or None,
        batch_size,
        sql=sql,
        spreadsheet=spreadsheet,
        read=ReadOptions(encoding, delimiter, header, sheet),
        reject=reject,
        coverage=sets,
        plain=plain,
        elsewhere=None if on_cluster is None else scoring_on(on_cluster, model, batch_size, say),
        say=say,
    )


def register(
    study: StudyArgument,
    name: Annotated[str, typer.Argument(help="Name in MLflow's Model Registry.", show_default=False)],
    alias: Annotated[str, typer.Option(help="Alias that will point to the new version.")] = "champion",
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Register a study's model in MLflow's Model Registry, under a name and an alias."""
    from automl.cli.run_hand_over import register_model

    register_model(study, name, alias, workspace, storage, tracking_uri)


def export(
    model: ModelArgument,
    to: Annotated[str, typer.Option(help="The format: onnx, or docker for a service.", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write. Default: MODEL-FORMAT, or MODEL-onnx-int8.")
    ] = None,
    int8: Annotated[bool, typer.Option("--int8", help="Quantize the weights: smaller and faster on a CPU.")] = False,
    data: Annotated[
        str | None, typer.Option(help="Labelled data for the check, a corpus, file or folder, split as its search did.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Column of the data that holds the text.")] = None,
    label: Annotated[str | None, typer.Option(help="Column of the data that holds the label.")] = None,
) -> None:
    """Export a model to ONNX, checked and measured (exit code 1 if int8 loses over 0.5 points), or for Docker."""
    from automl.cli.run_hand_over import export_model

    if not export_model(model, to, output, data, text, label, int8=int8):
        raise typer.Exit(1)


def distill(
    model: ModelArgument,
    into: Annotated[
        str, typer.Option(help="The student: linear, subnet (4 layers of MiniLM) or minilm.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the student.", show_default=False)],
    data: Annotated[
        str | None, typer.Option(help="Labelled data, a corpus, file or folder. Default: those of the model's study.")
    ] = None,
    text: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Column of the data that holds the text. Repeatable.")
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Column of the data read beside the text. Repeatable.")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Column of the data that holds the label or labels. Repeatable: columns of 0 and 1, one a label.",
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            metavar="TASK",
            help="single-label, multi-label, ordinal or regression. Default: as the model, or by the labels.",
        ),
    ] = None,
    label_separator: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What stands between several labels in a cell: '|'.")
    ] = None,
    unlabeled: Annotated[
        str | None, typer.Option(help="Further texts to learn from, a corpus, file or folder: labels are ignored.")
    ] = None,
    time_budget: Annotated[str, typer.Option("--time-budget", "-t", help="Time for all: 90s, 10m, 1h30m.")] = "3m",
    temperature: Annotated[float, typer.Option(help="Temperature of the teacher's and the student's logits.")] = 1.0,
    storage: StorageOption = None,
    json: JsonOption = False,
) -> None:
    """Train a smaller model on the probabilities or numbers of another one, and measure it beside its teacher."""
    from automl.cli.run_hand_over import distill_model

    options: dict[str, Any] = {
        "text": text or (),
        "label": label or (),
        "also": also or (),
        "task": task,
        "label_separator": label_separator,
    }
    distill_model(model, into, output, data, options, unlabeled, time_budget, temperature, storage, json=json)


def serve(
    model: ModelArgument,
    host: Annotated[
        str, typer.Option(help="Address to listen on; other machines reach it only if it is not of loopback.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 chooses a free one.")] = 8080,
    batch_size: Annotated[int, typer.Option(min=1, help="Texts scored together.")] = 64,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds until a request must be answered.")] = 30.0,
) -> None:
    """Serve a model over HTTP: /predict, /health, /metrics, /docs. AUTOML_SERVE_TOKEN is the token of its clients."""
    from automl.cli.run_hand_over import serve_model

    serve_model(model, host, port, batch_size, timeout)


def push(
    model: ModelArgument,
    repository: Annotated[str, typer.Argument(help="organization/name on the Hugging Face hub.", show_default=False)],
    public: Annotated[bool, typer.Option("--public", help="Make a new repository public.")] = False,
    message: Annotated[str | None, typer.Option("--message", help="Message of the commit.")] = None,
) -> None:
    """Upload a model with its card to the Hugging Face hub, into a private repository unless asked."""
    from automl.cli.run_hand_over import push_model

    push_model(model, repository, message, public=public)


HAND_OVER_COMMANDS: tuple[Callable[..., None], ...] = (predict, export, distill, serve, push, register)
"""Commands in the order in which help lists them."""
