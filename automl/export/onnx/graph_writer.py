"""Writes a classifier as an ONNX graph, in fp32 or with int8 weights."""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import torch

from automl.core import UsageError
from trials.classifiers import INPUTS, Graph

OUTPUT = "logits"

PACKAGES = ("onnx", "onnxruntime", "onnxscript")

_QUANTIZED = ("MatMul", "Gemm", "Gather")
"""Operators whose weights become int8: products, and the tables of embeddings."""


def require_onnx() -> None:
    """Check that the packages of the extra `onnx` are installed.

    Raises:
        UsageError: one of them is not.
    """
    for package in PACKAGES:
        try:
            import_module(package)
        except ImportError as error:
            raise UsageError(
                f"an export to ONNX needs {', '.join(PACKAGES)}, but {package} is not installed: "
                f"pip install {' '.join(PACKAGES)}"
            ) from error


def write_graph(graph: Graph, file: Path) -> None:
    """Write `graph` as one ONNX file in fp32, for any number of texts and tokens."""
    tokens = torch.zeros(2, min(8, graph.longest), dtype=torch.int64)
    sizes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            graph.module,
            (tokens, torch.ones_like(tokens)),
            dynamo=True,
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_shapes=dict.fromkeys(INPUTS, sizes),
            verbose=False,
        )
    if program is None:
        raise UsageError("the model must be one that torch.onnx.export can trace, but that gave no graph")
    program.save(str(file))


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
