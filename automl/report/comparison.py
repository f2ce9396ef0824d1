"""Compares the winner with the default configuration and the linear baseline."""

from automl.report.formatting import format_score
from automl.selection import Scores, Winner

REFITTED = (
    "The model that is handed over has the winner's parameters and was fitted once more, to training and validation "
    "rows together. All other scores are of models that were fitted to the training rows only."
)

_SAME = 0.0005
"""Smaller differences count as equal, because they would be shown as 0.000."""


def gain(winner: Winner, other: Scores) -> float:
    """Return by how much the winner is better than `other` on the test split, in the study's metric."""
    first = winner.goals.first
    difference = winner.scores.test[first.name] - other.test[first.name]
    return difference if first.maximize else -difference


def verdict(winner: Winner) -> str:
    """Return a sentence that compares `winner` with trial 0 and the linear baseline on the test split."""
    rows = winner.confusion.true.sum()
    return (
        f"By {winner.goals.first.name} on the {rows} test rows, which the search never saw, "
        f"{_against_default(winner)}, and {_against_baseline(winner)}."
    )


def _against_default(winner: Winner) -> str:
    if winner.trial.number == 0:
        return "nothing better than the default configuration was found"
    if winner.default is None:
        return "there is no default configuration to compare with, because trial 0 gave no model"
    difference = gain(winner, winner.default)
    if abs(difference) < _SAME:
        return "the winner is no better than the default configuration"
    if difference < 0:
        return f"the default configuration is better than the winner by {format_score(-difference)}"
    return f"the search gained {format_score(difference)} over the default configuration"


def _against_baseline(winner: Winner) -> str:
    difference = gain(winner, winner.baseline)
    if abs(difference) < _SAME:
        return "the linear baseline is equally good"
    if difference < 0:
        return f"the linear baseline is better here by {format_score(-difference)}"
    return f"the winner beats the linear baseline by {format_score(difference)}"


def over_folds(winner: Winner) -> str:
    """Return the text about the validation scores of a cross-validated `winner`, with its score in each fold."""
    folds = winner.trial.folds
    scores = ", ".join(format_score(fold.metrics.get(winner.goals.first.name)) for fold in folds)
    return (
        f"Validation scores are means over {len(folds)} folds with their standard deviation; the winner's "
        f"{winner.goals.first.name} by fold: {scores}. Its model was trained on the rows of all folds."
    )
