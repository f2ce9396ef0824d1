"""Confirmation of the best trials: each is trained again, and the mean of its scores decides.

The best of many trials leads by luck, too. Fresh seeds and other validation rows show how much (Nagler, Schneider,
Bischl & Feurer, "Reshuffling Resampling Splits Can Improve Generalization of Hyperparameter Optimization", NeurIPS
2024).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean

from automl.core import StudyRecord, TrialRecord, keeps_model
from automl.selection.choose import best_first
from trials.protocol import Evaluation, TrialEnd

FINALISTS = 3
"""Number of trials that are confirmed."""

ROUNDS = 2
"""Number of times that each is trained again."""


@dataclass(frozen=True)
class Confirmed:
    """The scores of a trial that was trained again.

    Attributes:
        trial: its number.
        scores: its first objective: in the search, then in each round.
        means: the mean of each metric over all of them.
    """

    trial: int
    scores: tuple[float, ...]
    means: Mapping[str, float]

    @property
    def mean(self) -> float:
        """The mean of all scores."""
        return fmean(self.scores)


@dataclass(frozen=True)
class ConfirmationResult:
    """What came of training the best trials again.

    Attributes:
        leader: number of the trial with the best score in the search.
        finalists: the trials whose every round gave a score, the best mean first.
        failed: numbers of the finalists of which a round gave none.
        rounds: number of rounds that count.
        seconds: how long the confirmations took, one after another.
    """

    leader: int
    finalists: tuple[Confirmed, ...]
    failed: tuple[int, ...]
    rounds: int
    seconds: float

    @property
    def winner(self) -> int:
        """Number of the trial with the best mean."""
        return self.finalists[0].trial

    @property
    def has_changed(self) -> bool:
        """Whether another trial wins than the one with the best score in the search."""
        return self.winner != self.leader


def finalists(study: StudyRecord, has_model: Callable[[int], bool]) -> list[TrialRecord]:
    """Return the trials that are to be confirmed, the best first; of equal points one alone.

    They are trials that were trained to their end, because an unfinished one would lose its training to confirmations
    of its unfinished self. There is none while an unfinished trial is the best.

    Args:
        study: the study with its trials.
        has_model: returns whether the model of a trial, given by its number, is kept; others cannot win.
    """
    found: list[TrialRecord] = []
    for trial in best_first(study):
        if not keeps_model(trial.number, trial.end) or not has_model(trial.number):
            continue
        if trial.end == TrialEnd.COMPLETED and all(trial.params != other.params for other in found):
            found.append(trial)
        elif not found:
            return []
    return found[:FINALISTS]


def is_confirmed_by(trial: TrialRecord, other: TrialRecord) -> bool:
    """Return whether another trial has trained the same point to its end, and has a score.

    Args:
        trial: the trial that is confirmed.
        other: the trial that may confirm it.
    """
    if other.confirms is None or other.confirms.trial != trial.number:
        return False
    return other.end == TrialEnd.COMPLETED and other.best is not None


def confirmation_of(study: StudyRecord, has_model: Callable[[int], bool]) -> ConfirmationResult | None:
    """Return what the confirmations say of the best trials; None if they decide nothing.

    A round counts if each of the best trials that were confirmed was trained again in it, and did not merely wait for
    it. The caller must see to it that the leader is the trial with the best score in the search.

    Args:
        study: the study with its trials.
        has_model: returns whether the model of a trial, given by its number, can be handed over.
    """
    if not study.confirmations or not study.goals.are_plain:
        return None
    again = {trial.confirms.trial for trial in study.confirmations if trial.confirms is not None}
    own = finalists(study, lambda number: number in again and has_model(number))
    rounds = [number for number in range(1, ROUNDS + 1) if all(_has_ended(study, trial, number) for trial in own)]
    if len(own) < 2 or not rounds:
        return None
    trained = {trial.number: _trained(study, trial, rounds) for trial in own}
    found = [_confirmed(number, each, study.goals.first.name) for number, each in trained.items() if each]
    if not found:
        return None
    sign = -1 if study.goals.first.maximize else 1
    found.sort(key=lambda each: sign * each.mean)  # stable: the better score in the search wins a tie
    own_numbers = {trial.number for trial in own}
    spent = [each for each in study.confirmations if each.confirms is not None and each.confirms.trial in own_numbers]
    return ConfirmationResult(
        leader=own[0].number,
        finalists=tuple(found),
        failed=tuple(number for number, each in trained.items() if not each),
        rounds=len(rounds),
        seconds=sum(each.cost.seconds for each in spent if each.cost is not None),
    )


def _of_round(study: StudyRecord, trial: TrialRecord, number: int) -> list[TrialRecord]:
    return [
        each
        for each in study.confirmations
        if each.confirms is not None and (each.confirms.trial, each.confirms.round) == (trial.number, number)
    ]


def _has_ended(study: StudyRecord, trial: TrialRecord, number: int) -> bool:
    """Return whether a trial was trained again in a round, with a score or without."""
    tried = _of_round(study, trial, number)
    return any(is_confirmed_by(trial, each) or not keeps_model(each.number, each.end) for each in tried)


def _trained(study: StudyRecord, trial: TrialRecord, rounds: list[int]) -> list[Mapping[str, float]]:
    """Return the metrics of a trial in the search and in the rounds; empty if a round gave no score."""
    metric, known = study.goals.first.name, list[Mapping[str, float]]()
    for best in [trial.best, *(_best_of_round(study, trial, number) for number in rounds)]:
        if best is None or metric not in best.metrics:
            return []
        known.append(best.metrics)
    return known


def _confirmed(number: int, trained: list[Mapping[str, float]], metric: str) -> Confirmed:
    common = set.intersection(*(set(each) for each in trained))
    means = {name: fmean(each[name] for each in trained) for name in sorted(common)}
    return Confirmed(number, tuple(each[metric] for each in trained), means)


def _best_of_round(study: StudyRecord, trial: TrialRecord, number: int) -> Evaluation | None:
    return next((each.best for each in _of_round(study, trial, number) if is_confirmed_by(trial, each)), None)
