"""Compares the winner with the default configuration and the linear baseline."""

from dataclasses import dataclass

from automl.report.formatting import format_score
from automl.selection import Comparison, Scores, Winner

REFITTED = (
    "The model that is handed over has the winner's parameters and was fitted once more, to training and validation "
    "rows together. All other scores are of models that were fitted to the training rows only."
)

_SAME = 0.0005
"""Smaller differences count as equal, because they would be shown as 0.000."""


def verdict(winner: Winner) -> str:
    """Return a sentence that compares `winner` with trial 0 and the linear baseline on the test split."""
    rows = winner.confusion.true.sum()
    return (
        f"By {winner.goals.first.name} on the {rows} test rows, which the search never saw, "
        f"{_against_default(winner)}, and {_against(winner, winner.baseline, winner.against_baseline, _BASELINE)}."
    )


@dataclass(frozen=True)
class _Words:
    """The phrases for a model that is better or worse than another, or not shown to differ from it."""

    better: str
    worse: str
    equal: str


_DEFAULT = _Words(
    better="the search gained {gain} over the default configuration",
    worse="the default configuration is better than the winner by {gain}",
    equal="no difference between the winner and the default configuration is shown",
)
_BASELINE = _Words(
    better="the winner beats the linear baseline by {gain}",
    worse="the linear baseline is better here by {gain}",
    equal="no difference between the winner and the linear baseline is shown",
)


def _against_default(winner: Winner) -> str:
    if winner.trial.number == 0:
        return "nothing better than the default configuration was found"
    if winner.default is None:
        return "there is no default configuration to compare with, because trial 0 gave no model"
    return _against(winner, winner.default, winner.against_default, _DEFAULT)


def _against(winner: Winner, other: Scores, found: Comparison | None, words: _Words) -> str:
    """Return the phrase for a difference; where it is not shown, with the rows on which the models differ."""
    first = winner.goals.first
    difference = winner.scores.test[first.name] - other.test[first.name]
    gain = difference if first.maximize else -difference
    if found is None:
        phrase = words.equal if abs(gain) < _SAME else words.better if gain > 0 else words.worse
        return phrase.format(gain=format_score(abs(gain)))
    interval = f"95% interval {format_score(found.low)} to {format_score(found.high)}"
    if found.is_shown:
        phrase = words.better if found.gain > 0 else words.worse
        return f"{phrase.format(gain=format_score(abs(found.gain)))} ({interval} for the winner)"
    return (
        f"{words.equal}: {format_score(found.gain)} for the winner, {interval}; it alone is right on "
        f"{found.only_first} rows, the other alone on {found.only_second}"
    )


def over_folds(winner: Winner) -> str:
    """Return the text about the validation scores of a cross-validated `winner`, with its score in each fold."""
    folds = winner.trial.folds
    scores = ", ".join(format_score(fold.metrics.get(winner.goals.first.name)) for fold in folds)
    return (
        f"Validation scores are means over {len(folds)} folds with their standard deviation; the winner's "
        f"{winner.goals.first.name} by fold: {scores}. Its model was trained on the rows of all folds."
    )
