"""Exports a model folder as an ONNX model, checks it against torch, and measures both."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.core import FACTS_FILE, UsageError, WorkspaceError
from automl.decisions import DECISION_FILE
from automl.export.export_model import CARD_FILE
from automl.export.load_model import model_thresholds
from automl.export.onnx.check_texts import CheckTexts, made_up, texts_of
from automl.export.onnx.measurement import Measured, measured
from automl.export.onnx.onnx_export import MOST_LOST, OnnxExport
from automl.export.onnx.result_table import export_section
from trials.classifiers import (
    GRAPH,
    Graph,
    graph_of,
    load,
    narrowing_products,
    require_onnx,
    write_graph,
    write_int8,
    write_parts,
)
from trials.data import ROW_FORM, DataOptions
from trials.errors import CheckpointError, ClassifierError, TrialsError
from trials.files import replacing

TOLERANCE = 1e-3
"""The largest difference of a logit of a graph in fp32 from that of torch."""


def export_onnx(folder: Path, target: Path, *, int8: bool = False, data: DataOptions | None = None) -> OnnxExport:
    """Write the model in `folder` as an ONNX model with its tokenizer, and check it.

    A model in fp32 must give every text the label and the logits that it has in torch. An int8 model may differ; with
    `data`, products whose weights cost more than half a point of accuracy keep fp32.

    Args:
        folder: a model folder.
        target: the folder to write, which is replaced.
        int8: quantize the weights.
        data: labelled data for the check; None: texts are made up, and nothing is known about accuracy.

    Raises:
        UsageError: packages are missing, or the model is no torch model or cannot be exported.
        DataProblem: the data cannot be used.
        WorkspaceError: the target cannot be written.
    """
    try:
        require_onnx()
    except ClassifierError as error:
        raise UsageError(str(error)) from error
    graph = _graph(folder)
    if model_thresholds(folder, graph.label_names):
        raise UsageError(
            f"a model that is exported to ONNX must give each text one label, but {str(folder)!r} gives it several"
        )
    texts = made_up(graph) if data is None else texts_of(data, graph.label_names, folder)
    try:
        with replacing(target) as staging:
            write_parts(graph, staging, int8=int8)
            _copy_words(folder, staging)
            write_graph(graph, staging / GRAPH)
            before, after = (measured(model, texts.texts, texts.labels) for model in (folder, staging))
            _require_equal(before, after)
            in_fp32 = 0
            if int8:
                in_fp32 = _quantize(folder, staging, texts)
                after = measured(staging, texts.texts, texts.labels)
            agreement = after.agreement(before)
            made = OnnxExport(target, before, after, agreement, in_fp32, is_int8=int8, doubt=texts.doubt)
            _note_in_card(made, staging / CARD_FILE)
            return made
    except ClassifierError as error:
        raise UsageError(str(error)) from error
    except (OSError, CheckpointError) as error:
        raise WorkspaceError(f"the model must be written to {str(target)!r}, but that failed: {error}") from error


def _graph(folder: Path) -> Graph:
    try:
        return graph_of(folder)
    except TrialsError as error:
        raise UsageError(
            f"only a torch model can be exported to ONNX: {error}. A linear model needs no torch, and is quick as it is"
        ) from error


def _copy_words(folder: Path, staging: Path) -> None:
    for name in (CARD_FILE, FACTS_FILE, DECISION_FILE, ROW_FORM):
        if (folder / name).is_file():
            shutil.copy(folder / name, staging / name)


def _note_in_card(made: OnnxExport, card: Path) -> None:
    if card.is_file():
        text = card.read_text(encoding="utf-8").rstrip()
        card.write_text(f"{text}\n\n{export_section(made)}", encoding="utf-8")


def _require_equal(before: Measured, after: Measured) -> None:
    distance, agreement = after.distance(before), after.agreement(before)
    if distance > TOLERANCE or agreement < 1.0:
        raise UsageError(
            f"the exported model must give the labels of the one in torch, and logits within {TOLERANCE:g}, but "
            f"{1 - agreement:.1%} of the labels differ, and a logit by {distance:.2g}; nothing was written"
        )


def _quantize(folder: Path, staging: Path, texts: CheckTexts) -> int:
    """Replace the graph by one with int8 weights, and return the number of products that keep fp32."""
    source, target = staging / f"fp32-{GRAPH}", staging / GRAPH
    target.rename(source)
    in_fp32: tuple[str, ...] = ()
    write_int8(source, target)
    if texts.validation is not None:
        split, labels = texts.validation
        if _accuracy(folder, split, labels) - _accuracy(staging, split, labels) > MOST_LOST:
            in_fp32 = narrowing_products(source)
            write_int8(source, target, in_fp32)
    source.unlink()
    return len(in_fp32)


def _accuracy(folder: Path, texts: Sequence[str], labels: NDArray[np.int64]) -> float:
    return float((load(folder).logits(texts).argmax(axis=1) == labels).mean())
