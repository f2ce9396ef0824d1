"""What several trials together are called where they are handed over: a mean of weights, or of probabilities."""

from collections.abc import Iterable

from automl.report.formatting import format_score
from automl.selection import EnsembleChoice, SoupChoice, Winner


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
    lies = f"which lies beside it, in best-single. What follows is about trial {winner.trial.number}"
    if winner.soup is None:
        lies = f"What follows is about trial {winner.trial.number}, which lies beside it, in best-single"
    gains = _gains(winner, choice, single_name(winner))
    joint = ". " if winner.soup is None else ", "
    return [
        f"Handed over is the mean of the models of the trials {members}. On validation rows on which its members were "
        f"not chosen, {gains}{joint}{lies}."
    ]


def _gains(winner: Winner, choice: SoupChoice | EnsembleChoice, other: str) -> str:
    low, high = format_score(choice.log_loss_gain.low), format_score(choice.log_loss_gain.high)
    loss = winner.task.loss_metric.replace("_", " ")
    return (
        f"its {loss} is better than that of {other} by {format_score(choice.log_loss_gain.gain)} (95% interval {low} "
        f"to {high}), and its {winner.goals.first.name} by {format_score(choice.gain.gain)}"
    )


def _listed(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
