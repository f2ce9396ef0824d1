"""Figures of the model that was handed over: confusion, calibration, and scores of each label on the test rows."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from automl.page.content import ModelContent
from automl.page.number_figures import figures_of_numbers
from automl.selection import wilson_interval
from trials.tasks import LabelMatrix

WIDEST = 30
"""Most labels of a confusion matrix and of scores by label; of more, those with the most errors are shown."""

BINS = 10
"""Number of bins of the reliability diagram, of equal numbers of rows."""


def model_figures(model: ModelContent) -> Iterator[tuple[str, str, go.Figure]]:
    """Yield title, explanation and figure, in the order of the page.

    Args:
        model: the model and its predictions on the test rows.
    """
    if model.numbers is not None:
        yield from figures_of_numbers(model.numbers)
        return
    if model.given is not None:
        yield from _figures_of_sets(model, model.given)
        return
    shown = _worst_labels(model)
    rest = "" if len(shown) == len(model.label_names) else f" The {WIDEST} labels with the most errors are shown."
    yield "Confusion", f"Test rows by true and predicted label.{rest}", _confusion(model, shown)
    yield "Scores by label", f"On the test rows.{rest}", _by_label(model, shown)
    yield (
        "Calibration",
        "How often the model is right against the probability that it gives, in bins of equally many test rows. "
        "Bars are 95% intervals; on the diagonal, probabilities mean what they say.",
        _reliability(
            model.probabilities.max(axis=1),
            model.probabilities.argmax(axis=1) == model.labels,
            ("probability that the model gives", "share of right answers"),
            lowest=1 / len(model.label_names),
        ),
    )


def _figures_of_sets(model: ModelContent, given: LabelMatrix) -> Iterator[tuple[str, str, go.Figure]]:
    """Yield the figures of a model of several labels a text, which are not confused with each other."""
    errors = (given != model.labels).sum(axis=0)
    shown = sorted(int(each) for each in np.argsort(-errors, kind="stable")[:WIDEST])
    rest = "" if len(shown) == len(model.label_names) else f" The {WIDEST} labels with the most errors are shown."
    right = (given & model.labels).sum(axis=0)
    scores = {"precision": right / given.sum(axis=0).clip(1), "recall": right / model.labels.sum(axis=0).clip(1)}
    names = [model.label_names[label] for label in shown]
    figure = _bars(names, {title: [float(values[label]) for label in shown] for title, values in scores.items()})
    yield "Scores by label", f"On the test rows.{rest}", figure
    yield (
        "Calibration",
        "How many test rows have a label against the probability that the model gives it, in bins of equally many "
        "pairs of a row and a label. Bars are 95% intervals; on the diagonal, probabilities mean what they say.",
        _reliability(
            model.probabilities.ravel(),
            model.labels.ravel(),
            ("probability that the model gives", "share of rows with the label"),
            lowest=0.0,
        ),
    )


def _worst_labels(model: ModelContent) -> list[int]:
    """Return the class ids to show, in their own order."""
    predicted = model.probabilities.argmax(axis=1)
    count = len(model.label_names)
    wrong = predicted != model.labels
    errors = np.bincount(model.labels[wrong], minlength=count) + np.bincount(predicted[wrong], minlength=count)
    return sorted(int(each) for each in np.argsort(-errors, kind="stable")[:WIDEST])


def _confusion(model: ModelContent, shown: list[int]) -> go.Figure:
    predicted = model.probabilities.argmax(axis=1)
    counts = np.zeros((len(shown), len(shown)), dtype=int)
    place = {label: index for index, label in enumerate(shown)}
    for true, guess in zip(model.labels, predicted, strict=True):
        if true in place and guess in place:
            counts[place[int(true)], place[int(guess)]] += 1
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    names = [model.label_names[label] for label in shown]
    heat = go.Heatmap(
        z=shares,
        x=names,
        y=names,
        text=counts,
        texttemplate="%{text}" if len(shown) <= 15 else "",
        hovertemplate="true %{y}<br>predicted %{x}<br>%{text} rows<extra></extra>",
        colorscale="Blues",
        zmin=0,
        zmax=1,
        showscale=False,
    )
    return go.Figure(heat).update_layout(
        xaxis={"title": "predicted", "type": "category", "automargin": True},
        yaxis={"title": "true", "type": "category", "autorange": "reversed", "automargin": True},
    )


def _by_label(model: ModelContent, shown: list[int]) -> go.Figure:
    predicted = model.probabilities.argmax(axis=1)
    names = [model.label_names[label] for label in shown]
    bars: dict[str, list[float | None]] = {}
    for title, other in (("precision", predicted), ("recall", model.labels)):
        values: list[float | None] = []
        for label in shown:
            rows = other == label
            right = (predicted == label) & (model.labels == label)
            values.append(float(right.sum() / rows.sum()) if rows.any() else None)
        bars[title] = values
    return _bars(names, bars)


def _bars(names: Sequence[str], bars: Mapping[str, Sequence[float | None]]) -> go.Figure:
    figure = go.Figure()
    for title, values in bars.items():
        figure.add_bar(x=values, y=names, name=title, orientation="h")
    return figure.update_layout(
        barmode="group",
        xaxis={"range": [0, 1]},
        yaxis={"type": "category", "autorange": "reversed", "automargin": True},
        height=max(320, 34 * len(names) + 140),
    )


def _reliability(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], titles: tuple[str, str], *, lowest: float
) -> go.Figure:
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    mean = [float(confidence[part].mean()) for part in parts]
    share = [float(right[part].mean()) for part in parts]
    ends = [wilson_interval(int(right[part].sum()), len(part)) for part in parts]
    bars = {
        "array": [high - value for value, (_, high) in zip(share, ends, strict=True)],
        "arrayminus": [value - low for value, (low, _) in zip(share, ends, strict=True)],
    }
    figure = go.Figure()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": "gray"}, showlegend=False)
    figure.add_scatter(x=mean, y=share, error_y={"symmetric": False, **bars}, mode="lines+markers", showlegend=False)
    low = max(0.0, min(lowest, *mean, *share) - 0.05)
    return figure.update_layout(
        xaxis={"title": titles[0], "range": [low, 1.01]},
        yaxis={"title": titles[1], "range": [low, 1.01]},
    )
