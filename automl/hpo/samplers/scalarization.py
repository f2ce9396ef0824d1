"""Several objectives as one, by weights that are drawn anew each time."""

from collections.abc import Mapping

import numpy as np

SUM_SHARE = 0.05
"""Of the weighted sum, which tells apart what is equally far from the best in its worst objective."""


def scalarized(losses: Mapping[int, tuple[float, ...]], generator: np.random.Generator) -> dict[int, float]:
    """One loss for each trial: the augmented Chebyshev norm, each objective running from 0 to 1 over `losses`, plus 1.

    The 1 gives a share of the loss a meaning; without it, the best is about 0.

    Another draw of weights looks at another part of the front, so that all of it is searched by and by. Knowles,
    "ParEGO: a hybrid algorithm with on-line landscape approximation for expensive multiobjective optimization
    problems", 2006.
    """
    finite = {number: values for number, values in losses.items() if np.isfinite(values).all()}
    if not finite:
        return {}
    values = np.array(list(finite.values()))
    lowest, width = values.min(axis=0), np.ptp(values, axis=0)
    weighted = (values - lowest) / np.where(width > 0, width, 1.0) * generator.dirichlet(np.ones(values.shape[1]))
    found = 1.0 + weighted.max(axis=1) + SUM_SHARE * weighted.sum(axis=1)
    return dict(zip(finite, found.tolist(), strict=True))
