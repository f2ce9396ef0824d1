"""Writes a classifier as an ONNX graph with its tokenizer, in fp32 or with int8 weights."""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import torch

from trials.classifiers.graph import Graph
from trials.classifiers.onnx_classifier import GRAPH, INPUTS, LOGITS, PROBABILITIES, TOKENIZER
from trials.classifiers.onnx_classifier import KIND as ONNX
from trials.errors import ClassifierError
from trials.files import write_facts, write_thresholds
from trials.serving_costs import ONNX_PACKAGES

_QUANTIZED = ("MatMul", "Gemm", "Gather")
"""Operators whose weights become int8: products, and the tables of embeddings."""


def require_onnx() -> None:
    """Check that the packages of the extra `onnx` are installed.

    Raises:
        ClassifierError: one of them is not.
    """
    for package in ONNX_PACKAGES:
        try:
            import_module(package)
        except ImportError as error:
            raise ClassifierError(
                f"an export to ONNX needs {', '.join(ONNX_PACKAGES)}, but {package} is not installed: "
                f"pip install {' '.join(ONNX_PACKAGES)}"
            ) from error


def write_parts(graph: Graph, folder: Path, *, int8: bool) -> None:
    """Write what an ONNX classifier needs beside its graph: its tokenizer, its thresholds, and facts about it.

    Args:
        graph: the classifier.
        folder: the folder of the ONNX classifier.
        int8: whether its weights are int8.
    """
    facts: dict[str, object] = {
        "label_names": graph.label_names,
        **graph.reading.facts(),
        "padding_id": graph.padding_id,
        "weights": "int8" if int8 else "fp32",
    }
    write_facts(folder, ONNX, facts)
    write_thresholds(folder, graph.thresholds)
    (folder / TOKENIZER).write_text(graph.tokenizer, encoding="utf-8")


def write_int8_classifier(graph: Graph, folder: Path) -> None:
    """Write `graph` as an ONNX classifier with int8 weights into `folder`, which exists.

    Raises:
        ClassifierError: packages are missing, or the graph cannot be exported.
    """
    require_onnx()
    write_parts(graph, folder, int8=True)
    with tempfile.TemporaryDirectory(prefix="automl-onnx-") as temporary:
        source = Path(temporary) / GRAPH
        write_graph(graph, source)
        write_int8(source, folder / GRAPH)


def write_graph(graph: Graph, file: Path) -> None:
    """Write a classifier as one ONNX file in fp32, for any number of texts and tokens.

    Its outputs are `logits` and `probabilities`, both (n, classes): the softmax of a row, or where a text may have
    several labels the sigmoid of each. A model of numbers has `logits` alone, (n, 1), which are these numbers.

    Args:
        graph: the classifier.
        file: the file to write.

    Raises:
        ClassifierError: it cannot be traced.
    """
    tokens = torch.zeros(2, min(8, graph.reading.longest), dtype=torch.int64)
    sizes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    outputs = [LOGITS] if graph.gives_numbers else [LOGITS, PROBABILITIES]
    module = graph.module if graph.gives_numbers else _Outputs(graph.module, has_sets=bool(graph.thresholds))
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            module.eval(),
            (tokens, torch.ones_like(tokens)),
            dynamo=True,
            input_names=list(INPUTS),
            output_names=outputs,
            dynamic_shapes=dict.fromkeys(INPUTS, sizes),
            verbose=False,
        )
    if program is None:
        raise ClassifierError("the model must be one that torch.onnx.export can trace, but that gave no graph")
    program.save(str(file))


class _Outputs(torch.nn.Module):
    """Gives logits, and the probabilities that follow from them."""

    def __init__(self, module: torch.nn.Module, *, has_sets: bool) -> None:
        super().__init__()
        self.module = module
        self.has_sets = has_sets

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self.module(input_ids, attention_mask)
        return logits, logits.sigmoid() if self.has_sets else logits.softmax(dim=-1)


def write_int8(source: Path, target: Path, in_fp32: Sequence[str] = ()) -> None:
    """Write a graph with int8 weights, which have a scale for each channel; activations are quantized as it runs.

    Args:
        source: the ONNX file in fp32.
        target: the file to write.
        in_fp32: names of nodes that keep fp32.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415
    from onnxruntime.quantization.shape_inference import quant_pre_process  # noqa: PLC0415

    with _quiet(), tempfile.TemporaryDirectory(prefix="automl-onnx-") as temporary:
        prepared = Path(temporary) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(
            str(prepared),
            str(target),
            op_types_to_quantize=list(_QUANTIZED),
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=list(in_fp32),
        )


def narrowing_products(file: Path) -> tuple[str, ...]:
    """Return the names of the products whose weights have more inputs than outputs.

    Their inputs come from an activation function, with a few large values that int8 resolves badly.

    Args:
        file: an ONNX file in fp32.
    """
    import onnx  # noqa: PLC0415

    graph = onnx.load(str(file), load_external_data=False).graph
    shapes = {weight.name: tuple(weight.dims) for weight in graph.initializer}
    return tuple(
        node.name
        for node in graph.node
        if node.op_type == "MatMul" and any(_narrows(shapes.get(name, ())) for name in node.input)
    )


def _narrows(shape: Sequence[int]) -> bool:
    return len(shape) == 2 and shape[0] > shape[1]


@contextmanager
def _quiet() -> Iterator[None]:
    """Hide warnings and log lines of the exporter; its errors are raised."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(disabled)
