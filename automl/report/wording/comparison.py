"""The verdict: how the model that is handed over compares with the default and the linear baseline."""

from collections.abc import Mapping
from dataclasses import dataclass

from automl.report.formatting import format_gain, format_score
from automl.report.wording.choice import choice_sentence, default_name
from automl.report.wording.combined import combined_sentences, handed_over_name
from automl.report.wording.confirmation import confirmation_sentence
from automl.report.wording.constant import constant_sentence
from automl.report.wording.learning_curve import more_data_sentence
from automl.report.wording.search_sample import sample_sentence
from automl.selection import Comparison, Scores, Winner
from trials.tasks import MULTI_LABEL, REGRESSION

REFITTED = (
    "The model that is handed over has the same parameters and was fitted once more, to its training rows and the "
    "validation rows together. All other scores are of models that were fitted to training rows only."
)

_MEMBERS_REFITTED = (
    "Linear models and probes that are handed over were fitted once more, to their training rows and the validation "
    "rows together; the shares of the members were chosen before. All other scores are of models that were fitted to "
    "training rows only."
)

_TUNED = "Thresholds were tuned to the validation rows, so validation scores of chosen labels are a little too good."

_SAME = 0.0005
"""Smaller differences count as equal; of metrics that have a unit, smaller shares of the score."""


def verdict(winner: Winner) -> str:
    """Return what the test rows say of the best trial against the default, and of the model against the baseline.

    If a mean of several trials is handed over, it is compared with the default first. Of numbers and ranks it also says
    if the model is no better than a constant answer.

    Args:
        winner: the winner with its comparisons.
    """
    where = f"By {winner.goals.first.name} on the {winner.confusion.rows} test rows, which the search never saw"
    constant = constant_sentence(winner)
    said = "; ".join([*_mean_against_default(winner), _against_default(winner), _against_baseline(winner)])
    return f"{where}: {said}.{constant and f' {constant}'}{_looks(winner)}"


def sentences(winner: Winner) -> list[str]:
    """Return the sentences of the verdict in their order: of scores, choice, test rows, more rows, refit and data."""
    more = more_data_sentence(winner.learning_curve, winner.goals.first.name)
    said = [
        *combined_sentences(winner),
        optimism_sentence(winner),
        confirmation_sentence(winner.confirmation, winner.goals.first.name),
        choice_sentence(winner),
        *_of_samples(winner),
        verdict(winner),
        more,
    ]
    refitted = []
    if winner.ensemble is None:
        refitted = [] if winner.refit is None else [REFITTED]
    elif winner.ensemble.is_refitted:
        refitted = [_MEMBERS_REFITTED]
    sample = "" if winner.read is None else sample_sentence(winner.read)
    corrections = [] if winner.corrections is None else [f"The data had {winner.corrections}"]
    return [*filter(None, said), *refitted, *filter(None, [sample]), *corrections]


def _of_samples(winner: Winner) -> list[str]:
    """Return a sentence for each model of the verdict that was fitted to a sample of the training rows."""
    samples = {} if winner.ensemble is None else dict(winner.ensemble.sample_rows)
    for trial in (winner.trial, winner.default_trial):
        if trial is not None and trial.sample_rows is not None:
            samples[trial.number] = trial.sample_rows
    return [
        f"Trial {number} was fitted to a sample of {rows} training rows, as the features of others were not computed."
        for number, rows in samples.items()
    ]


def optimism_sentence(winner: Winner) -> str:
    """Return the sentence about the validation score by which the best trial was chosen; empty if nothing is known."""
    has_thresholds = winner.task is MULTI_LABEL
    if winner.optimism is None:
        return _TUNED if has_thresholds else ""
    what = "* Trials were chosen by this score" + (", and thresholds tuned to its rows" if has_thresholds else "")
    if winner.optimism < _same(winner, winner.best_scores.validation):
        return f"{what}. No optimism by that {'' if has_thresholds else 'choice '}is found."
    how = "bootstrap bias correction" + (" and thresholds of other rows" if has_thresholds else "")
    return f"{what}, so it is too good by about {format_score(winner.optimism)} ({how})."


def _looks(winner: Winner) -> str:
    if winner.looks < 2:
        return ""
    return (
        f" The study has looked at its test rows {winner.looks} times: each look that decides how to go on makes the "
        "test scores a little too good."
    )


@dataclass(frozen=True)
class _Words:
    """The phrases for a model that is better or worse than another, or not shown to differ from it."""

    better: str
    worse: str
    equal: str


def _mean_against_default(winner: Winner) -> list[str]:
    """Return the phrase about the mean of several trials that is handed over; empty if it is one trial."""
    if winner.default is None or winner.mean_against_default is None:
        return []
    words = _Words(
        better="the mean is better than the default by {gain}",
        worse="the default is better than the mean by {gain}",
        equal="no difference between the mean and the default is shown",
    )
    names = handed_over_name(winner), default_name(winner)
    return [_against(winner, winner.handed_over, winner.default, winner.mean_against_default, names, words)]


def _against_default(winner: Winner) -> str:
    if winner.default is None:
        return "there is no default to compare with, because none gave a model"
    if winner.best_number == winner.default_number:
        what = "nothing" if winner.mean_against_default is None else "no single trial"
        return f"{what} better than the default was found"
    trial = f"trial {winner.searched_number}"
    words = _Words(
        better="the search gained {gain} over the default",
        worse=f"the default is better than {trial} by {{gain}}",
        equal=f"no difference between {trial} and the default is shown",
    )
    return _against(
        winner,
        winner.searched_scores,
        winner.default,
        winner.against_default,
        (trial, default_name(winner)),
        words,
    )


def _against_baseline(winner: Winner) -> str:
    words = _Words(
        better="the model beats the linear baseline by {gain}",
        worse="the linear baseline is better by {gain}",
        equal="no difference between the model and the linear baseline is shown",
    )
    names = f"trial {winner.trial.number}", "linear baseline"
    return _against(winner, winner.scores, winner.baseline, winner.against_baseline, names, words)


def _against(
    winner: Winner, own: Scores, other: Scores, found: Comparison | None, names: tuple[str, str], words: _Words
) -> str:
    """Return the phrase for a difference, with the rows on which one model alone is right, or closer."""
    first = winner.goals.first
    difference = own.test[first.name] - other.test[first.name]
    gain = difference if first.maximize else -difference
    if found is None:
        phrase = words.equal if abs(gain) < _same(winner, other.test) else words.better if gain > 0 else words.worse
        return phrase.format(gain=format_score(abs(gain)))
    shown, interval = format_gain(found.gain, found.low, found.high)
    if found.is_shown:
        phrase = words.better if found.gain > 0 else words.worse
        says = f"{phrase.format(gain=format_score(abs(found.gain)))} ({interval})"
    else:
        says = f"{words.equal} ({shown}, {interval})"
    mine, its = names
    if winner.task is REGRESSION:
        return f"{mine} is closer on {_rows(found.only_first)} and the {its} on {_rows(found.only_second)}: {says}"
    return (
        f"{mine} is right on {_rows(found.only_first)} where the {its} is wrong, and wrong on "
        f"{_rows(found.only_second)} where that is right: {says}"
    )


def _same(winner: Winner, scores: Mapping[str, float]) -> float:
    """Return below which difference scores count as equal."""
    name = winner.goals.first.name
    with_unit = {metric.name for metric in winner.task.metrics.values() if metric.has_unit}
    return _SAME * abs(scores[name]) if name in with_unit else _SAME


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def over_folds(winner: Winner) -> str:
    """Return the text about the validation scores of a cross-validated `winner`, with its score in each fold."""
    folds = winner.trial.folds
    scores = ", ".join(format_score(fold.metrics.get(winner.goals.first.name)) for fold in folds)
    return (
        f"Validation scores are means over {len(folds)} folds with their standard deviation; the winner's "
        f"{winner.goals.first.name} by fold: {scores}. Its model was trained on the rows of all folds."
    )
