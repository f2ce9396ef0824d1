"""What several trials together are called where they are handed over: a mean of weights, or of probabilities."""

from collections.abc import Iterable

from automl.report.formatting import format_gain, format_score
from automl.selection import EnsembleChoice, SoupChoice, Winner

_NOT_SHOWN = (
    "These rows show neither that the mean is better in both nor that it is worse in one of them. A mean is better in "
    "most searches; --ensemble off forbids it."
)


def handed_over_name(winner: Winner) -> str:
    """Return what is handed over, such as `trial 3` or `the mean of the trials 3 and 1`."""
    if winner.ensemble is not None:
        return f"the mean of the trials {listed_trials(winner.ensemble.choice.weights)}"
    return single_name(winner)


def single_name(winner: Winner) -> str:
    """Return what the best single model is called: a trial, or a mean of the weights of some."""
    if winner.soup is not None:
        return f"the mean of the weights of the trials {listed_trials(winner.soup.choice.members)}"
    return f"trial {winner.trial.number}"


def combined_sentences(winner: Winner) -> list[str]:
    """Return the sentences about what several trials together gave, and why it is handed over; empty if nothing."""
    return [*_soup_sentences(winner), *_ensemble_sentences(winner)]


def listed_trials(numbers: Iterable[int]) -> str:
    """Return numbers of trials as a list in words, such as `3, 1 and 4`."""
    return _listed([str(number) for number in numbers])


def _soup_sentences(winner: Winner) -> list[str]:
    if winner.soup is None:
        return []
    is_best = winner.ensemble is None and winner.beside is None
    what = "Handed over is" if is_best else "The best single model is"
    choice = winner.soup.choice
    return [
        f"{what} one model whose weights are the mean of those of the trials {listed_trials(choice.members)}, "
        "finetunings of one checkpoint. On validation rows on which they were not chosen, "
        f"{_gains(winner, choice, f'trial {winner.trial.number}')}."
        + (f" What follows is about trial {winner.trial.number}." if is_best else "")
    ]


def _ensemble_sentences(winner: Winner) -> list[str]:
    if winner.ensemble is None:
        return []
    choice = winner.ensemble.choice
    members = _listed([f"{number} ({weight:.0%})" for number, weight in choice.weights.items()])
    gains = _gains(winner, choice, "the best single model")
    is_shown = choice.log_loss_gain.low > 0 and choice.gain.gain >= 0
    return [
        f"Handed over is the mean of the models of the trials {members}. {_where(winner)}, {gains}.",
        *([] if is_shown else [_NOT_SHOWN]),
        f"The best single model, {single_name(winner)}, lies beside it, in best-single. What follows is about trial "
        f"{winner.trial.number}.",
    ]


def _where(winner: Winner) -> str:
    """Return by which rows an ensemble is compared, as the beginning of a sentence."""
    if winner.trial.folds:
        return "By the models of the folds, on rows that they did not see and by which the members were not chosen"
    return "On validation rows by which its members were not chosen"


def _gains(winner: Winner, choice: SoupChoice | EnsembleChoice, other: str) -> str:
    loss, compared = winner.task.loss_metric.replace("_", " "), choice.log_loss_gain
    _, interval = format_gain(compared.gain, compared.low, compared.high)
    return (
        f"its {loss} is {_difference(compared.gain, f'that of {other}')} ({interval} of the gain), "
        f"and its {winner.goals.first.name} {_difference(choice.gain.gain)}"
    )


def _difference(gain: float, other: str = "") -> str:
    """Return a difference in words, such as `better than that of trial 3 by 0.030`."""
    than = f" than {other}" if other else ""
    if gain == 0:
        return f"the same as {other}" if other else "is the same"
    return f"{'better' if gain > 0 else 'worse'}{than} by {format_score(abs(gain))}"


def _listed(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
