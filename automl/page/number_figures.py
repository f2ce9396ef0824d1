"""Figures of a model of numbers: predicted against true ones, and what is left."""

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

from automl.page.content import NumberContent

MOST_POINTS = 2_000
"""Maximum number of test rows that are drawn; of more, evenly spaced ones by true value."""

BINS = 40


def figures_of_numbers(numbers: NumberContent) -> Iterator[tuple[str, str, go.Figure]]:
    """Yield title, explanation and figure, in the order of the page.

    Args:
        numbers: true and predicted numbers of the test rows.
    """
    order = np.argsort(numbers.true, kind="stable")
    shown = order[np.linspace(0, len(order) - 1, min(MOST_POINTS, len(order))).round().astype(int)]
    rest = "" if len(shown) == len(order) else f" {len(shown):,} of {len(order):,} rows are drawn."
    true, errors = numbers.true[shown], (numbers.predicted - numbers.true)
    yield (
        "Predicted against true",
        f"Each point is a test row; on the diagonal, predictions are exact.{rest}",
        _scatter(true, numbers.predicted[shown], f"true {numbers.name}", f"predicted {numbers.name}", diagonal=True),
    )
    yield (
        "Residuals",
        "Predicted less true number of all test rows. Around 0 and narrow is good; a mean apart from 0 is a bias.",
        _histogram(errors),
    )
    yield (
        "Residuals by predicted number",
        f"A pattern here is something that the model has not learned.{rest}",
        _scatter(numbers.predicted[shown], errors[shown], f"predicted {numbers.name}", "predicted less true"),
    )


def _scatter(x: np.ndarray, y: np.ndarray, first: str, second: str, *, diagonal: bool = False) -> go.Figure:
    figure = go.Figure()
    low, high = float(min(x.min(), y.min())), float(max(x.max(), y.max()))
    ends = ([low, high], [low, high]) if diagonal else ([float(x.min()), float(x.max())], [0.0, 0.0])
    line = {"dash": "dot", "color": "gray"}
    figure.add_scatter(x=x, y=y, mode="markers", marker={"size": 5, "opacity": 0.5}, showlegend=False)
    figure.add_scatter(x=ends[0], y=ends[1], mode="lines", line=line, showlegend=False)
    return figure.update_layout(xaxis={"title": first}, yaxis={"title": second})


def _histogram(errors: np.ndarray) -> go.Figure:
    figure = go.Figure(go.Histogram(x=errors, nbinsx=BINS, showlegend=False))
    figure.add_vline(x=0.0, line={"dash": "dot", "color": "gray"})
    return figure.update_layout(xaxis={"title": "predicted less true"}, yaxis={"title": "test rows"}, bargap=0.02)
