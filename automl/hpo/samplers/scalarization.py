"""Combines several objectives into one, with new random weights for each call."""

from collections.abc import Mapping

import numpy as np

SUM_SHARE = 0.05
"""Share of the weighted sum, which breaks ties between trials with equal worst objectives."""


def scalarized(losses: Mapping[int, tuple[float, ...]], generator: np.random.Generator) -> dict[int, float]:
    """Return one loss for each trial: the augmented Chebyshev norm of the objectives, scaled to 0..1, plus 1.

    The 1 keeps the best loss away from 0, so that shares of it are meaningful.

    Each draw of weights aims at another part of the Pareto front, so that over time all of it is searched. Knowles,
    "ParEGO: a hybrid algorithm with on-line landscape approximation for expensive multiobjective optimization
    problems", 2006.

    Args:
        losses: the losses of each trial, by number; trials with an infinite loss are left out.
        generator: source of the weights.
    """
    finite = {number: values for number, values in losses.items() if np.isfinite(values).all()}
    if not finite:
        return {}
    values = np.array(list(finite.values()))
    lowest, width = values.min(axis=0), np.ptp(values, axis=0)
    weighted = (values - lowest) / np.where(width > 0, width, 1.0) * generator.dirichlet(np.ones(values.shape[1]))
    found = 1.0 + weighted.max(axis=1) + SUM_SHARE * weighted.sum(axis=1)
    return dict(zip(finite, found.tolist(), strict=True))
