"""Serving costs of a model by name; each can be an objective, which is minimized, or a constraint.

This module is free of torch, because the driver needs the names.
"""

from collections.abc import Iterable

LATENCY, LATENCY_32, PARAMETERS, BYTES = "latency_ms", "latency_ms_32", "parameters", "bytes"

SERVING_COSTS: dict[str, str] = {
    LATENCY: "latency of one text, in milliseconds: the median over texts of the validation split",
    LATENCY_32: "latency of a batch of 32 texts, in milliseconds",
    PARAMETERS: "number of parameters of the model, its encoder included",
    BYTES: "size of the files that are handed over, without the model card, in bytes",
}
"""Description of each cost. `trials.classifiers.measure_serving` measures them."""


def costs_among(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of `names` that are costs, each once, in the order of `SERVING_COSTS`."""
    requested = set(names)
    return tuple(name for name in SERVING_COSTS if name in requested)
