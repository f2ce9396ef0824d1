"""Exports a model folder as an ONNX model, checks it against torch, and measures both."""

import shutil
from collections.abc import Collection
from pathlib import Path

from automl.core import FACTS_FILE, UsageError, WorkspaceError
from automl.decisions import DECISION_FILE
from automl.export.export_model import CARD_FILE, model_task
from automl.export.onnx.check_texts import made_up, texts_of
from automl.export.onnx.measurement import measured
from automl.export.onnx.network import EXACT, require_equal, write_network
from automl.export.onnx.onnx_export import OnnxExport
from automl.export.onnx.outputs import outputs_of
from automl.export.onnx.result_table import export_section
from automl.export.output_folder import replaceable
from trials.classifiers import ENSEMBLE, GRAPH, MEMBERS, Graph, graph_of, require_onnx
from trials.data import ROW_FORM, DataOptions
from trials.errors import CheckpointError, ClassifierError, TrialsError
from trials.files import FACTS, THRESHOLDS, read_kind, replacing
from trials.linear import KIND as LINEAR


def export_onnx(folder: Path, target: Path, *, int8: bool = False, data: DataOptions | None = None) -> OnnxExport:
    """Write the model in `folder` as an ONNX model with its tokenizer, and check it.

    A model in fp32 must give every text the labels and the logits, or the number, that it has in torch. An int8 model
    may differ; with `data`, products whose weights cost more than half a point of the task's `copy_metric` (accuracy,
    `qwk`, `r2`) keep fp32. An ensemble stays one: each of its
    torch models becomes a graph, and its linear models are copied.

    Args:
        folder: a model folder.
        target: the folder to write; an earlier one is replaced.
        int8: quantize the weights.
        data: labelled data for the check; None: texts are made up, and nothing is known about scores.

    Raises:
        UsageError: packages are missing, the model has no torch model or cannot be exported, or the target holds
            something else.
        DataProblem: the data cannot be used.
        WorkspaceError: the target cannot be written.
    """
    try:
        require_onnx()
    except ClassifierError as error:
        raise UsageError(str(error)) from error
    target = replaceable(target, folder, _is_earlier)
    graphs = _graphs(folder)
    first = next(iter(graphs.values()))
    texts = made_up(first) if data is None else texts_of(data, first.label_names, folder)
    try:
        with replacing(target) as staging:
            _copy_others(folder, staging, graphs)
            in_fp32 = sum(
                write_network(graphs[name], folder / name, staging / name, texts, int8=int8) for name in graphs
            )
            before, after = (measured(model, texts.texts, texts.labels) for model in (folder, staging))
            if not int8 and Path() not in graphs:  # a single network was compared when it was written
                require_equal(outputs_of(folder, texts.texts, EXACT), after.outputs)
            task = model_task(folder, first.label_names)
            made = OnnxExport(target, before, after, task, in_fp32, is_int8=int8, doubt=texts.doubt)
            _note_in_card(made, staging / CARD_FILE)
            return made
    except ClassifierError as error:
        raise UsageError(str(error)) from error
    except (OSError, CheckpointError) as error:
        raise WorkspaceError(f"the model must be written to {str(target)!r}, but that failed: {error}") from error


def _is_earlier(folder: Path) -> bool:
    return any((*folder.glob(GRAPH), *folder.glob(f"{MEMBERS}/*/{GRAPH}")))


def _graphs(folder: Path) -> dict[Path, Graph]:
    """Return the graphs of the torch models in `folder`, by their relative folder, which is `.` for a single one."""
    kind = None
    try:
        kind = read_kind(folder)
        if kind != ENSEMBLE:
            return {Path(): graph_of(folder)}
        members = [Path(MEMBERS) / each.name for each in sorted((folder / MEMBERS).iterdir())]
        graphs = {member: graph_of(folder / member) for member in members if read_kind(folder / member) != LINEAR}
    except (TrialsError, OSError) as error:
        hint = ". A linear model needs no torch, and is quick as it is" if kind == LINEAR else ""
        raise UsageError(f"only a torch model can be exported to ONNX: {error}{hint}") from error
    if not graphs:
        raise UsageError(
            f"only a torch model can be exported to ONNX, but all members of the ensemble in {str(folder)!r} are "
            "linear models: they need no torch, and are quick as they are"
        )
    return graphs


def _copy_others(folder: Path, staging: Path, graphs: Collection[Path]) -> None:
    """Copy what stays as it is, and make the folders of the graphs: of an ensemble its facts and its linear models."""
    names = [CARD_FILE, FACTS_FILE, DECISION_FILE, ROW_FORM]
    if Path() not in graphs:
        names += [FACTS, THRESHOLDS]
        for member in (folder / MEMBERS).iterdir():
            place = Path(MEMBERS) / member.name
            if place in graphs:
                (staging / place).mkdir(parents=True)
            else:
                shutil.copytree(member, staging / place)
    for name in names:
        if (folder / name).is_file():
            shutil.copy(folder / name, staging / name)


def _note_in_card(made: OnnxExport, card: Path) -> None:
    if card.is_file():
        text = card.read_text(encoding="utf-8").rstrip()
        card.write_text(f"{text}\n\n{export_section(made)}", encoding="utf-8")
