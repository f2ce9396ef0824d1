"""Plots for MLflow: the winner's learning curve, and its confusion matrix on the test split.

Figures are made without pyplot, whose global state belongs to the main thread.
"""

import textwrap

import numpy as np
from matplotlib.figure import Figure

from automl.core import TrialRecord
from automl.selection import Winner
from trials.metrics import Confusion

MOST_PLOTTED_CLASSES = 60
"""With more classes, their names do not fit beside the plot."""

MOST_NUMBERED_CLASSES = 20
"""With more classes, the counts do not fit into their cells."""


def learning_curve_plot(trial: TrialRecord, metric: str) -> Figure:
    """Plot the validation `metric` and the training loss of `trial` against the training examples seen."""
    figure = Figure(figsize=(7.5, 4.5), layout="constrained")
    scores = figure.subplots()
    examples = [evaluation.examples for evaluation in trial.evaluations]
    values = [evaluation.metrics[metric] for evaluation in trial.evaluations]
    (score_line,) = scores.plot(examples, values, "o-", color="tab:blue", label=f"validation {_words(metric)} (left)")
    lines = [score_line]
    if trial.best is not None:
        lines += scores.plot(
            [trial.best.examples],
            [trial.best.metrics[metric]],
            "*",
            color="tab:blue",
            markersize=16,
            label=f"best: {trial.best.metrics[metric]:.4f}, this model is kept",
        )
    story = "each fold, and their mean" if trial.folds else "learning curve"
    losses = scores.twinx()
    train_losses = [evaluation.train_loss for evaluation in trial.evaluations]
    lines += losses.plot(examples, train_losses, "s--", color="tab:orange", label="training loss (right)")
    scores.set(xlabel="training examples seen", ylabel=_words(metric), title=f"Trial {trial.number}: {story}")
    losses.set_ylabel("training loss")
    scores.grid(alpha=0.3)
    scores.legend(handles=lines, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=len(lines), frameon=False)
    return figure


def confusion_plot(winner: Winner) -> Figure | None:
    """Plot the confusion matrix: numbers count test rows, and colours show their share of the true class.

    Where a text has several labels there is none, as they are not confused with each other.
    """
    confusion = winner.confusion
    if not isinstance(confusion, Confusion):
        return None
    shown = _most_confused(confusion)
    classes = len(shown)
    counts = confusion.matrix(shown)
    shares = counts / np.maximum(confusion.true[shown][:, None], 1)
    side = min(max(4.5, 2.5 + 0.6 * classes), 16.0)
    figure = Figure(figsize=(side + 1.0, side), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    labels = [
        textwrap.shorten(name, width=24, placeholder="...") for name in (winner.label_names[label] for label in shown)
    ]
    axes.set_xticks(range(classes), labels, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(classes), labels)
    axes.set(xlabel="predicted class", ylabel="true class")
    right, rows = confusion.right.sum(), confusion.rows
    part = "" if classes == confusion.classes else f"; the {classes} classes with the most errors"
    axes.set_title(f"Confusion on the test split\n{right} of {rows} rows right{part}")
    if classes <= MOST_NUMBERED_CLASSES:
        for true, predicted in np.ndindex(counts.shape):
            colour = "white" if shares[true, predicted] > 0.5 else "black"
            axes.text(predicted, true, str(counts[true, predicted]), ha="center", va="center", color=colour)
    figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)
    return figure


def _most_confused(confusion: Confusion) -> list[int]:
    """Return the ids of the classes to plot, in ascending order: all, or those of the most wrong rows if many."""
    if confusion.classes <= MOST_PLOTTED_CLASSES:
        return list(range(confusion.classes))
    errors = confusion.true + confusion.predicted - 2 * confusion.right
    return sorted(np.argsort(-errors, kind="stable")[:MOST_PLOTTED_CLASSES].tolist())


def _words(metric: str) -> str:
    return metric.replace("_", " ")
