"""Serving costs of a model by name; each can be an objective, which is minimized, or a constraint.

This module is free of torch, because the driver needs the names.
"""

from collections.abc import Iterable

LATENCY, LATENCY_32, PARAMETERS, BYTES = "latency_ms", "latency_ms_32", "parameters", "bytes"
LATENCY_INT8, LATENCY_32_INT8 = "latency_ms_int8", "latency_ms_32_int8"

SERVING_COSTS: dict[str, str] = {
    LATENCY: "latency of one text, in milliseconds: the median over texts of the validation split",
    LATENCY_32: "latency of a batch of 32 texts, in milliseconds",
    LATENCY_INT8: "latency of one text, of the model exported to ONNX with int8 weights; of a linear model, its own",
    LATENCY_32_INT8: "latency of a batch of 32 texts, of the model exported to ONNX with int8 weights",
    PARAMETERS: "number of parameters of the model, its encoder included",
    BYTES: "size of the files that are handed over, without the model card, in bytes",
}
"""Description of each cost. `trials.classifiers.measure_serving` measures them."""

LATENCIES = frozenset({LATENCY, LATENCY_32, LATENCY_INT8, LATENCY_32_INT8})
"""The costs that are times."""

TORCH, ONNX_INT8 = "torch", "onnx-int8"
RUNTIMES: dict[str, dict[str, str]] = {TORCH: {}, ONNX_INT8: {LATENCY: LATENCY_INT8, LATENCY_32: LATENCY_32_INT8}}
"""What runs the model in use, and the costs that it measures in the place of others.

Each runtime has names of its own, so that one name means one thing in every study.
"""

ONNX_PACKAGES = ("onnx", "onnxruntime", "onnxscript")
"""Packages that an export to ONNX needs."""


def costs_among(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of `names` that are costs, each once, in the order of `SERVING_COSTS`."""
    requested = set(names)
    return tuple(name for name in SERVING_COSTS if name in requested)
