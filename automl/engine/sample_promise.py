"""Whether a model that was fitted to a sample of the training rows may become the best one with all of them."""

from collections.abc import Sequence

from automl.core import Objective
from automl.hpo.samplers import SHARE_METRICS, standard_error

LEAST_RATIO = 0.4
"""Share of the distance to a perfect value that is assumed to remain after the first sample, if nothing else is known.

From a ninth of the rows to all, probes of MiniLM and mpnet kept 0.77 to 0.82 of their errors on Rotten Tomatoes and
0.29 to 0.73 on BBC News, in three divisions of the rows each; the smallest are of 14 errors of 320 that became 4.
"""

NOISE = 0.1
"""Assumed standard error of that distance, as a share of it, where it does not follow from the number of rows."""


def may_win(values: Sequence[float], best: float, objective: Objective, rows: int) -> bool:
    """Return whether a model may be better than the best one of the study once it is fitted to all rows.

    The distance to a perfect value shrinks with the rows, by less each time that they triple. So all rows are assumed
    to bring at most the factor that the latest sample has brought, and one standard error.

    Args:
        values: values of the models of samples, of the smallest sample first.
        best: the best value of the other trials.
        objective: the objective, a metric whose perfect value is 1 if it is maximized, else 0.
        rows: rows that the values are about.
    """
    distances = [_distance(value, objective) for value in values]
    ratio = LEAST_RATIO if len(distances) < 2 else min(1.0, distances[-1] / max(distances[-2], 1e-12))
    noise = standard_error(values[-1], rows) if objective.name in SHARE_METRICS else NOISE * distances[-1]
    return distances[-1] * ratio - noise < _distance(best, objective)


def _distance(value: float, objective: Objective) -> float:
    return max(0.0, 1.0 - value) if objective.maximize else max(0.0, value)
