"""`automl.search` and `automl.resume`: from arguments to an experiment, to a search in a process of its own."""

import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from automl.api.experiment_from_arguments import Settings, experiment_of
from automl.api.result import SearchResult
from automl.api.tables import Data
from automl.config import Experiment, ray_address
from automl.console import Console
from automl.core import UsageError, Workspace
from search_spaces import CHECKPOINT

warnings.filterwarnings("ignore", message="IProgress not found")  # Optuna's, in notebooks without ipywidgets


def search(
    data: Data = None,
    *,
    text: str | Sequence[str] | None = None,
    also: str | Sequence[str] | None = None,
    label: str | Sequence[str] | None = None,
    task: str | None = None,
    order: Sequence[str] | None = None,
    label_separator: str | None = None,
    merge_labels: bool | None = None,
    split: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop_near_duplicates: bool | None = None,
    corrections: str | Path | None = None,
    sql: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    sheet: str | None = None,
    validation: Data = None,
    test: Data = None,
    unlabeled: Data = None,
    allow: Sequence[str] | None = None,
    study: str | None = None,
    space: str | None = None,
    checkpoint: str | Sequence[str] | None = None,
    metric: str | None = None,
    objectives: Sequence[str] | None = None,
    constraints: Sequence[str] | None = None,
    runtime: str | None = None,
    sampler: str | None = None,
    pruner: str | None = None,
    folds: int | str | None = None,
    ensemble: int | str | None = None,
    confirm: float | str | None = None,
    soup: str | None = None,
    priors: Mapping[str, object] | None = None,
    warm_start: str | Sequence[str] | None = None,
    trials: int | None = None,
    time_budget: str | float | None = None,
    epochs: float | None = None,
    seed: int | None = None,
    slots: int | None = None,
    pack: int | str | None = None,
    address: str | None = None,
    keep_checkpoints: int | None = None,
    workspace: str | Path | None = None,
    storage: str | None = None,
    storage_path: str | None = None,
    tracking_uri: str | None = None,
    also_track: str | Sequence[str] | None = None,
    register: str | None = None,
    settings: Settings | None = None,
    progress: bool = True,
) -> SearchResult:
    """Search for the best classifier of `data`, prove how good it is, and hand it over, as `automl search` does.

    The search runs in a process of its own. Ctrl-C (or the stop button of a notebook) ends it in good order, with the
    best model so far; a second one ends it at once. If this process has started or joined Ray, the trials run there.

    Args:
        data: a table of pandas, Polars or Arrow, a Hugging Face `Dataset` or `DatasetDict`, a mapping of columns or of
            tables by split, a list of rows or of (text, label) pairs, a path, the name of a corpus, or the path of an
            experiment file. Data in memory is written to the workspace once.
        text: the column that holds the text, or several that are joined; found if it is plain to see.
        also: columns of categories or numbers that are read beside the text.
        label: the column that holds the label, or the list of labels, of each text, found if it is plain to see; or
            several columns of 0 and 1, one for each label.
        task: `single-label`, `multi-label`, `ordinal` (ordered classes) or `regression` (numbers); None: classes, one
            or several by the labels.
        order: ordered classes from low to high; by value if it is None.
        label_separator: what stands between several labels in a cell, such as `|`.
        merge_labels: take labels that differ only in case, form of characters or number format for one.
        split: the column that names the split of each row: train, validation or test.
        group: a column, such as the author, whose equal values stay on one side of every split.
        time: a column of dates: training rows are earlier than those of validation, and these than those of the test.
        drop_near_duplicates: leave out training rows that nearly repeat a held-out row.
        corrections: file with the columns `text` and `correction`, as `automl errors` writes it.
        sql: query that gives the rows, if `data` is the SQLAlchemy URL of a database.
        encoding: encoding of text files; detected if it is None.
        delimiter: delimiter of the cells of a file; detected if it is None.
        header: whether the first row of a file has the names of the columns; detected if it is None.
        sheet: sheet of a workbook, if several have content.
        validation: validation rows, as a path or in memory.
        test: test rows, as a path or in memory.
        unlabeled: texts without labels, as a path, the name of a corpus or in memory.
        allow: codes of findings about the data that would stop the search, and are accepted.
        study: name of the study; made from the name of the data if it is None.
        space: a search space, such as `auto`, `linear` or `finetune`, or `package.module:function`.
        checkpoint: pretrained models to start from: `minilm`, folders or hub ids. Several compete.
        metric: the metric to optimize on the validation split, by default `macro_f1`, with several labels a text
            `micro_f1`, of ordered classes `qwk`, of numbers `r2`.
        objectives: several objectives instead of a metric: the first decides, costs such as `latency_ms` may follow.
        constraints: what the winner must keep, such as `latency_ms<=20`.
        runtime: what latency is measured on: `torch`, or `onnx-int8`, the model exported to ONNX with int8 weights.
        sampler: the sampler of Optuna, `tpe` by default.
        pruner: the pruner, `asha` by default.
        folds: number of folds that cross-validate each trial, or `off`; None: 5 in the space `auto` with a time budget
            where training and validation rows are at most 200, and none otherwise.
        ensemble: most members of an ensemble, which is handed over unless it is shown to be worse; `auto` or `off`.
        confirm: share of the time in which the best trials are trained again near the end, `auto` or `off`.
        soup: `auto` averages weights of finetunings where that is better than the winner; `off` by default.
        priors: the value that you expect to be best, by parameter; or `{"value": ..., "confidence": "high"}`.
        warm_start: earlier studies whose best points are tried first; `auto` takes all.
        trials: number of trials after which the search ends.
        time_budget: time after which the search ends: `"10m"`, `"1h30m"`, or seconds. Ten minutes by default.
        epochs: full budget of a trial, in passes over its data.
        seed: seed of the sampler and of the trials.
        slots: number of trials that run at the same time.
        pack: most transformers of one shape that are trained as one program, `auto` (on GPUs) or `off`.
        address: `HOST:PORT` of a Ray cluster to search on, or `auto` for that of this machine.
        keep_checkpoints: number of models that stay on disk.
        workspace: folder for studies, runs and models, `runs` by default.
        storage: SQLAlchemy URL of the studies; a SQLite file in the workspace if it is None.
        storage_path: shared folder or URL that also receives models and training states.
        tracking_uri: MLflow's tracking URI; a SQLite file in the workspace if it is None.
        also_track: boards that show the search beside MLflow: `tensorboard`, `wandb`.
        register: name under which the winner is registered in MLflow's Model Registry.
        settings: other fields of the experiment file, such as `{"space.overrides": {"training.batch_size": 16}}`, or a
            whole `Experiment` or the path of its file, which the other arguments override.
        progress: whether messages and progress are shown.

    Returns:
        The winner, its model, and the study.

    Raises:
        UsageError: an argument is wrong; the message lists all problems.
        DataProblem: the data cannot be used.
        WorkspaceError: the workspace, a database, Ray or the process of the search cannot be used.
        SearchFailed: no trial gave a model.
        KeyboardInterrupt: Ctrl-C, before there was a model.
    """
    fields: dict[str, object] = {
        "study": study,
        "data.text": _plain_list(text),
        "data.also": _plain_list(also),
        "data.label": _plain_list(label),
        "data.task": task,
        "data.order": order,
        "data.label_separator": label_separator,
        "data.merge_labels": merge_labels,
        "data.split": split,
        "data.group": group,
        "data.time": time,
        "data.drop_near_duplicates": drop_near_duplicates,
        "data.corrections": corrections,
        "data.sql": sql,
        "data.encoding": encoding,
        "data.delimiter": delimiter,
        "data.header": header,
        "data.sheet": sheet,
        "data.allow": allow,
        "space.name": space,
        f"space.overrides.{CHECKPOINT}": _plain_list(checkpoint),
        "search.metric": metric,
        "search.objectives": objectives,
        "search.constraints": constraints,
        "search.runtime": runtime,
        "search.sampler": sampler,
        "search.pruner": pruner,
        "search.folds": folds,
        "search.ensemble": ensemble,
        "search.confirm": confirm,
        "search.soup": soup,
        "search.priors": priors,
        "search.warm_start": _plain_list(warm_start),
        "search.trials": trials,
        "search.time_budget": time_budget,
        "search.seed": seed,
        "search.keep_checkpoints": keep_checkpoints,
        "trial.epochs": epochs,
        "resources.slots": slots,
        "resources.pack": pack,
        "resources.address": address,
        "workspace": workspace,
        "storage": storage,
        "storage_path": storage_path,
        "tracking_uri": tracking_uri,
        "also_track": _plain_list(also_track),
        "register_as": register,
    }
    parts = {"source": data, "validation": validation, "test": test, "unlabeled": unlabeled}
    return run_search(experiment_of(parts, fields, settings), progress=progress)


def resume(
    study: str,
    *,
    trials: str | int | None = None,
    time_budget: str | float | None = None,
    address: str | None = None,
    workspace: str | Path = "runs",
    storage: str | None = None,
    tracking_uri: str | None = None,
    progress: bool = True,
) -> SearchResult:
    """Go on with a study, whatever ended it: unfinished trials first, then new ones, as `automl resume` does.

    Args:
        study: name of the study.
        trials: total number of trials (`60`), or of additional ones (`"+20"`); as in the experiment if it is None.
        time_budget: for how long (`"10m"`, `"+10m"`, or seconds); as in the experiment if it is None.
        address: address of the Ray cluster to search on; as in the experiment if it is None.
        workspace: folder of the study.
        storage: SQLAlchemy URL of the studies; a SQLite file in the workspace if it is None.
        tracking_uri: MLflow's tracking URI; a SQLite file in the workspace if it is None.
        progress: whether messages and progress are shown.

    Returns:
        The winner, its model, and the study.

    Raises:
        UsageError: there is no such study, its data has changed, or a limit cannot be used.
        WorkspaceError: the workspace, a database, Ray or the process of the search cannot be used.
        SearchFailed: no trial gave a model.
        KeyboardInterrupt: Ctrl-C, before there was a model.
    """
    from automl.api.messages import ResumeRequest
    from automl.api.search_process import run_in_process

    most, longest = (None if limit is None else str(limit) for limit in (trials, time_budget))
    location = Workspace(Path(workspace).expanduser(), storage, tracking_uri)
    request = ResumeRequest(location, study, most, longest, address or _running_ray())
    return SearchResult(run_in_process(request, Console() if progress else None))


def run_search(experiment: Experiment, *, progress: bool = True) -> SearchResult:
    """Search a new study of `experiment` in a process of its own.

    Args:
        experiment: the checked experiment.
        progress: whether messages and progress are shown.
    """
    from automl.api.messages import SearchRequest
    from automl.api.search_process import run_in_process

    if ray_address(experiment.resources) is None and (address := _running_ray()) is not None:
        resources = experiment.resources.model_copy(update={"address": address})
        experiment = experiment.model_copy(update={"resources": resources})
    return SearchResult(run_in_process(SearchRequest(experiment), Console() if progress else None))


def _plain_list(names: str | Sequence[str] | None) -> list[str] | None:
    return None if names is None else [names] if isinstance(names, str) else list(names)


def _running_ray() -> str | None:
    """Return the address of the Ray that this process has started or joined; None if it has none."""
    ray = sys.modules.get("ray")
    if ray is None or not ray.is_initialized():
        return None
    address: str = ray.get_runtime_context().gcs_address
    if not address:
        raise UsageError("the Ray of this process has no address to join; name one: address='HOST:PORT'")
    return address
