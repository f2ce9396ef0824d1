"""Figures of a model of numbers."""

import numpy as np

from automl.page.content import NumberContent
from automl.page.number_figures import MOST_POINTS, figures_of_numbers


def test_predictions_and_residuals_are_drawn_on_the_scale_of_the_labels() -> None:
    true = np.random.default_rng(0).normal(50.0, 10.0, 100)
    figures = {title: figure for title, _, figure in figures_of_numbers(NumberContent("price", true, true + 2.0))}
    assert list(figures) == ["Predicted against true", "Residuals", "Residuals by predicted number"]
    points, diagonal = figures["Predicted against true"].data
    np.testing.assert_allclose(points.y - points.x, 2.0)
    np.testing.assert_allclose(diagonal.x, diagonal.y)
    assert figures["Predicted against true"].layout.xaxis.title.text == "true price"
    np.testing.assert_allclose(figures["Residuals"].data[0].x, 2.0)


def test_of_many_rows_some_are_drawn_and_the_page_says_so() -> None:
    true = np.arange(3.0 * MOST_POINTS)
    (_, told, figure), *_ = figures_of_numbers(NumberContent("price", true, true))
    assert "2,000 of 6,000 rows are drawn" in told
    assert len(figure.data[0].x) == MOST_POINTS
    assert (figure.data[0].x[0], figure.data[0].x[-1]) == (0.0, 3.0 * MOST_POINTS - 1)
