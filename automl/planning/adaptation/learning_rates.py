"""Fits the ranges of learning rates to the width of the checkpoints, because wide encoders need smaller rates."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from automl.config import checkpoint_names
from automl.core import is_pretrained
from automl.planning.resolved_experiment import ResolvedExperiment
from automl.planning.throughput import width_of
from search_spaces import FloatRange, Point, Space, rate_for_width

RATE = "optimizer.learning_rate"
"""Name of the parameter; a space of several algorithms puts the name of the algorithm before it."""


def suited_learning_rates(resolved: ResolvedExperiment) -> ResolvedExperiment:
    """Return the experiment with learning rates that suit the checkpoints of its space.

    The range covers every checkpoint, and its default suits the default checkpoint. The study stores the overrides, so
    they also hold when it is resumed; studies of earlier versions keep the ranges that they began with.

    Args:
        resolved: the experiment and its space. Rates in its overrides, priors or points are not changed, and neither
            are rates that do not have one of the project's own ranges.

    Raises:
        PretrainedError: a checkpoint cannot be read.
    """
    dimensions, spared = resolved.space.dimensions(), resolved.asked_for
    rates = {
        name: dimension
        for name in _names(resolved.space)
        if isinstance(dimension := dimensions.get(name), FloatRange) and name not in spared
    }
    checkpoints = checkpoint_names(resolved.space)
    if not rates or not checkpoints:
        return resolved
    widths = [width_of(checkpoint) for checkpoint in checkpoints]
    suited = {name: _over(rate, widths) for name, rate in rates.items()}
    changed = {name: suited[name] for name, rate in rates.items() if suited[name] != rate}
    return resolved.with_overrides({name: asdict(rate) for name, rate in changed.items()})


def _names(space: Space) -> Iterator[str]:
    """Yield the name of the rate of each algorithm that trains a pretrained encoder."""
    for algorithm, point in zip(space.algorithms(), space.default_points(), strict=True):
        if isinstance(point, Point) and is_pretrained(point):
            yield RATE if algorithm is None else f"{algorithm}.{RATE}"


def _over(rate: FloatRange, widths: list[int]) -> FloatRange:
    """Return the range for encoders of these widths, the default one first."""
    first, *others = [rate_for_width(rate, width) for width in widths]
    low = min((other.low for other in others), default=first.low)
    high = max((other.high for other in others), default=first.high)
    return replace(first, low=min(first.low, low), high=max(first.high, high))
