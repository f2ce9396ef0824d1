"""Writes one network as an ONNX graph, and checks it against torch."""

from pathlib import Path

from automl.core import UsageError
from automl.export.onnx.check_texts import CheckTexts
from automl.export.onnx.onnx_export import MOST_LOST
from automl.export.onnx.outputs import Outputs, outputs_of
from trials.classifiers import GRAPH, Graph, narrowing_products, write_graph, write_int8, write_parts

EXACT = "fp32"
"""Format in which torch computes for the comparison; by itself it may take bf16, whose logits are hundredths away."""

TOLERANCE = 1e-3
"""The largest difference of a logit of a graph in fp32 from that of torch; of a number, as a share of their spread."""


def write_network(graph: Graph, folder: Path, target: Path, texts: CheckTexts, *, int8: bool) -> int:
    """Write a classifier of one network as an ONNX model.

    In fp32 it must give each text the labels and logits, or the number, that it has in torch.

    Args:
        graph: the classifier.
        folder: the folder that it was read from.
        target: the folder to write into, which exists.
        texts: texts for the check; with int8, their validation rows choose what keeps fp32.
        int8: quantize the weights.

    Returns:
        The number of products that keep fp32 in an int8 model.

    Raises:
        UsageError: the graph in fp32 does not give what torch does.
        ClassifierError: it cannot be exported.
    """
    write_parts(graph, target, int8=int8)
    write_graph(graph, target / GRAPH)
    require_equal(outputs_of(folder, texts.texts, EXACT), outputs_of(target, texts.texts))
    return _quantize(folder, target, texts) if int8 else 0


def require_equal(before: Outputs, after: Outputs) -> None:
    """Check that an exported model in fp32 gives what the one in torch does.

    Args:
        before: outputs of the model in torch.
        after: outputs of the exported model for the same texts.

    Raises:
        UsageError: it does not.
    """
    distance, agreement = after.distance(before), after.agreement(before)
    if before.are_numbers and distance > TOLERANCE * before.spread:
        raise UsageError(
            f"the exported model must give the numbers of the one in torch, within {TOLERANCE:g} of their standard "
            f"deviation ({before.spread:.3g}), but a number differs by {distance:.2g}; nothing was written"
        )
    if not before.are_numbers and (distance > TOLERANCE or agreement < 1.0):
        raise UsageError(
            f"the exported model must give the labels of the one in torch, and logits within {TOLERANCE:g}, but "
            f"{1 - agreement:.1%} of the labels differ, and a logit by {distance:.2g}; nothing was written"
        )


def _quantize(folder: Path, target: Path, texts: CheckTexts) -> int:
    """Replace the graph by one with int8 weights, and return the number of products that keep fp32."""
    source, file = target / f"fp32-{GRAPH}", target / GRAPH
    file.rename(source)
    in_fp32: tuple[str, ...] = ()
    write_int8(source, file)
    if texts.validation is not None:
        split, labels = texts.validation
        if outputs_of(folder, split).score(labels) - outputs_of(target, split).score(labels) > MOST_LOST:
            in_fp32 = narrowing_products(source)
            write_int8(source, file, in_fp32)
    source.unlink()
    return len(in_fp32)
