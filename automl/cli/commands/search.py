"""The commands that search, with their options. Nothing heavy is imported before a command runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from automl.cli.commands.options import (
    RUNS,
    AddressOption,
    DelimiterOption,
    EncodingOption,
    HeaderOption,
    JsonOption,
    NewWorkspaceOption,
    SheetOption,
    SqlOption,
    StorageOption,
    StudyArgument,
    TimeOption,
    TrackingOption,
    TrialsOption,
    WorkspaceOption,
)
from search_spaces import CHECKPOINT


def search(
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Argument(
            help="A corpus (bbc-news, rotten-tomatoes, imdb), a data file or folder, hf://ORGANIZATION/NAME, a "
            "database (--sql), or an experiment YAML."
        ),
    ] = None,
    study: Annotated[str | None, typer.Option(help="Name of the study. Default: the name of the data.")] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Column that holds the text. Repeatable: joined with their names. Field in JSON: messages.0.content.",
        ),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Column of categories or numbers, read beside the text. Repeatable."),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN", help="Column that holds the label or labels. Repeatable: columns of 0 and 1, one a label."
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(metavar="TASK", help="single-label, multi-label, ordinal or regression. Default: by the labels."),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Ordered classes from low to high: low,medium,high. Default: by value."),
    ] = None,
    label_separator: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What stands between several labels in a cell: '|'.")
    ] = None,
    merge_labels: Annotated[
        bool, typer.Option("--merge-labels", help="Labels that differ only in case, form or number format are one.")
    ] = False,
    split: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Column that names the split of each row: train, validation or test."),
    ] = None,
    sql: SqlOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    header: HeaderOption = None,
    sheet: SheetOption = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Column, such as the author, whose equal values stay on one side."),
    ] = None,
    time: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column of dates: train on earlier rows, test on later ones.")
    ] = None,
    drop_near_duplicates: Annotated[
        bool, typer.Option("--drop-near-duplicates", help="Leave out training rows that nearly repeat held-out rows.")
    ] = False,
    validation: Annotated[Path | None, typer.Option(help="File with the validation rows.")] = None,
    test: Annotated[Path | None, typer.Option(help="File with the test rows.")] = None,
    unlabeled: Annotated[
        str | None, typer.Option(help="Texts without labels, for pretraining: a corpus, a data file or a folder.")
    ] = None,
    corrections: Annotated[
        Path | None, typer.Option(help="File of automl errors, with the column correction filled in: a label, or drop.")
    ] = None,
    allow: Annotated[list[str] | None, typer.Option(help="Accept a finding that would stop the search.")] = None,
    space: Annotated[str | None, typer.Option(help="Search space: a name or package.module:function.")] = None,
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(help="Pretrained model to start from: minilm, mpnet, a folder or a hub id. Several compete."),
    ] = None,
    metric: Annotated[
        str | None, typer.Option("--metric", "-m", help="Metric to optimize on the validation split.")
    ] = None,
    objective: Annotated[
        list[str] | None,
        typer.Option(
            help="Objective, instead of --metric. Repeatable: the first decides; latency_ms, bytes, ... may follow."
        ),
    ] = None,
    constraint: Annotated[
        list[str] | None,
        typer.Option(help="Constraint that the winner must satisfy: 'latency_ms<=20'. May be repeated."),
    ] = None,
    runtime: Annotated[
        str | None, typer.Option(help="What latency_ms is measured on: torch, or onnx-int8, the exported int8 model.")
    ] = None,
    sampler: Annotated[str | None, typer.Option(help="tpe, gp, cmaes, nsga2, qmc, random or grid.")] = None,
    pruner: Annotated[
        str | None, typer.Option(help="asha, hyperband, median, percentile, patient, wilcoxon, pbt or none.")
    ] = None,
    folds: Annotated[
        str | None,
        typer.Option(
            help="Cross-validate each trial over 2 to 10 folds, or off. By default 5 folds in the space auto with a "
            "time budget, where training and validation rows are at most 200."
        ),
    ] = None,
    priors: Annotated[
        list[str] | None,
        typer.Option(
            "--prior",
            metavar="PARAMETER=VALUE[:CONFIDENCE]",
            help="Value that you expect to be best; confidence is low, medium or high. May be repeated.",
        ),
    ] = None,
    warm_start: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STUDY",
            help="Earlier study whose best points are tried first; auto: all, by similarity of data. Repeatable.",
        ),
    ] = None,
    trials: Annotated[int | None, typer.Option("--trials", "-n", help="Stop after this many trials.")] = None,
    time_budget: TimeOption = None,
    epochs: Annotated[str | None, typer.Option(help="Full budget of a trial, in epochs. Default: auto.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the sampler and of the trials.")] = None,
    slots: Annotated[
        str | None, typer.Option(help="Number of trials that run at the same time. Default: auto.")
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option(help="Most transformers of one shape trained as one program: a number, auto (on GPUs), or off."),
    ] = None,
    address: AddressOption = None,
    keep_checkpoints: Annotated[
        int | None,
        typer.Option(help="Number of models kept on disk, of the best completed or pruned trials. Default: 5."),
    ] = None,
    ensemble: Annotated[
        str | None,
        typer.Option(help="Hand over a mean of models unless it is shown to be worse: auto, off or a number."),
    ] = None,
    confirm: Annotated[
        str | None,
        typer.Option(help="Train the best trials again near the end: auto, off or the share of the time, such as 15%."),
    ] = None,
    soup: Annotated[
        str | None,
        typer.Option(help="Hand over a mean of the weights of finetunings if it is better: auto or off. Default: off."),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Set any field of the experiment.")
    ] = None,
    workspace: NewWorkspaceOption = None,
    storage_path: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Shared folder or s3://bucket/folder that also receives models and training states."
        ),
    ] = None,
    storage: StorageOption = None,
    tracking_uri: TrackingOption = None,
    also_track: Annotated[
        list[str] | None, typer.Option(metavar="BOARD", help="Board beside MLflow: tensorboard or wandb. Repeatable.")
    ] = None,
    register: Annotated[
        str | None, typer.Option(metavar="NAME", help="Register the winner in MLflow's Model Registry under this name.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Search for the best classifier, prove how good it is, and hand it over."""
    from automl.cli.run_search import run_search

    flags: dict[str, object] = {
        "study": study,
        "data.text": text or None,
        "data.also": also or None,
        "data.label": label or None,
        "data.task": task,
        "data.order": None if order is None else [name.strip() for name in order.split(",")],
        "data.label_separator": label_separator,
        "data.merge_labels": merge_labels or None,
        "data.split": split,
        "data.sql": sql,
        "data.encoding": encoding,
        "data.delimiter": delimiter,
        "data.header": header,
        "data.sheet": sheet,
        "data.group": group,
        "data.time": time,
        "data.drop_near_duplicates": drop_near_duplicates or None,
        "data.validation": validation,
        "data.test": test,
        "data.unlabeled": unlabeled,
        "data.corrections": corrections,
        "data.allow": allow or None,
        "space.name": space,
        f"space.overrides.{CHECKPOINT}": checkpoint or None,
        "search.metric": metric,
        "search.objectives": objective or None,
        "search.constraints": constraint or None,
        "search.runtime": runtime,
        "search.sampler": sampler,
        "search.pruner": pruner,
        "search.folds": folds,
        "search.trials": trials,
        "search.time_budget": time_budget,
        "search.warm_start": warm_start or None,
        "search.seed": seed,
        "search.keep_checkpoints": keep_checkpoints,
        "search.ensemble": ensemble,
        "search.confirm": confirm,
        "search.soup": soup,
        "trial.epochs": epochs,
        "resources.slots": slots,
        "resources.pack": pack,
        "resources.address": address,
        "workspace": workspace,
        "storage": storage,
        "storage_path": storage_path,
        "tracking_uri": tracking_uri,
        "also_track": also_track or None,
        "register_as": register,
    }
    run_search(source, settings or [], flags, priors or [], context.obj, json=json)


def resume(
    context: typer.Context,
    study: StudyArgument,
    trials: TrialsOption = None,
    time_budget: TimeOption = None,
    address: AddressOption = None,
    workspace: WorkspaceOption = RUNS,
    storage: StorageOption = None,
    tracking_uri: TrackingOption = None,
    json: JsonOption = False,
) -> None:
    """Resume a study, whatever ended it: unfinished trials first, then new ones."""
    from automl.cli.run_search import run_resume
    from automl.core import Workspace

    location = Workspace(workspace, storage, tracking_uri)
    run_resume(study, location, trials, time_budget, address, context.obj, json=json)


SEARCH_COMMANDS: tuple[Callable[..., None], ...] = (search, resume)
"""Commands in the order in which help lists them."""
