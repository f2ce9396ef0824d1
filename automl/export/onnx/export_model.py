"""Exports a model folder as an ONNX model, checks it against torch, and measures both."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.core import FACTS_FILE, UsageError, WorkspaceError
from automl.decisions import DECISION_FILE
from automl.export.export_model import CARD_FILE
from automl.export.load_model import model_thresholds
from automl.export.onnx.check_texts import CheckTexts, made_up, texts_of
from automl.export.onnx.graph_writer import narrowing_products, require_onnx, write_graph, write_int8
from automl.export.onnx.measurement import Measured, measured
from trials.classifiers import GRAPH, ONNX, TOKENIZER, Graph, graph_of, load
from trials.data import DataOptions
from trials.errors import CheckpointError, TrialsError
from trials.files import replacing, write_facts

TOLERANCE = 1e-3
"""The largest difference of a logit of a graph in fp32 from that of torch."""

MOST_LOST = 0.005
"""Share of accuracy that int8 may lose; if it loses more, some products keep fp32."""


@dataclass(frozen=True)
class OnnxExport:
    """An exported model.

    Attributes:
        folder: its folder.
        before: the model in torch, measured.
        after: the exported model, measured on the same texts.
        agreement: share of texts with the same label.
        in_fp32: number of products that keep fp32 in an int8 model.
        doubt: why no accuracy is told although the data have labels, in words; empty if there is no reason.
    """

    folder: Path
    before: Measured
    after: Measured
    agreement: float
    in_fp32: int = 0
    doubt: str = ""

    @property
    def lost(self) -> float | None:
        """Accuracy lost; None without labels."""
        before, after = self.before.accuracy, self.after.accuracy
        return None if before is None or after is None else before - after


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
    require_onnx()
    graph = _graph(folder)
    if model_thresholds(folder, graph.label_names):
        raise UsageError(
            f"a model that is exported to ONNX must give each text one label, but {str(folder)!r} gives it several"
        )
    texts = made_up(graph) if data is None else texts_of(data, graph.label_names, folder)
    try:
        with replacing(target) as staging:
            _write_rest(folder, staging, graph, int8=int8)
            write_graph(graph, staging / GRAPH)
            before, after = (measured(model, texts.texts, texts.labels) for model in (folder, staging))
            _require_equal(before, after)
            in_fp32 = 0
            if int8:
                in_fp32 = _quantize(folder, staging, texts)
                after = measured(staging, texts.texts, texts.labels)
            return OnnxExport(target, before, after, after.agreement(before), in_fp32, texts.doubt)
    except (OSError, CheckpointError) as error:
        raise WorkspaceError(f"the model must be written to {str(target)!r}, but that failed: {error}") from error


def _graph(folder: Path) -> Graph:
    try:
        return graph_of(folder)
    except TrialsError as error:
        raise UsageError(
            f"only a torch model can be exported to ONNX: {error}. A linear model needs no torch, and is quick as it is"
        ) from error


def _write_rest(folder: Path, staging: Path, graph: Graph, *, int8: bool) -> None:
    facts: dict[str, object] = {
        "label_names": graph.label_names,
        "longest": graph.longest,
        "padding_id": graph.padding_id,
        "weights": "int8" if int8 else "fp32",
    }
    write_facts(staging, ONNX, facts)
    (staging / TOKENIZER).write_text(graph.tokenizer, encoding="utf-8")
    for name in (CARD_FILE, FACTS_FILE, DECISION_FILE):
        if (folder / name).is_file():
            shutil.copy(folder / name, staging / name)


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
