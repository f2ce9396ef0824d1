"""Selects the trials of a long study that a sampler sees, and updates the selection as trials begin and end."""

import math
from bisect import bisect_left
from collections.abc import Iterable

from optuna.trial import FrozenTrial, TrialState

from automl.core import Place, Vector, places
from automl.hpo.objective_history import last_losses, vectors_of, violation_of
from automl.storage.cache import SortedEntries
from search_spaces import ALGORITHM, Value

BEST = 50
"""Number of best trials that a sampler always sees. TPE uses at most 25 as good ones."""

OTHERS = 200
"""Size of the sample of the other trials, from which TPE only estimates the density of bad trials."""

TELLING = (TrialState.COMPLETE, TrialState.PRUNED)


class TrialRanking:
    """A study's trials as TPE ranks them: completed ones by their value, then pruned ones by their last step.

    Trials that violate a constraint come last, by their violation.

    Args:
        maximize: whether larger values are better.
        trials: the initial trials.
        algorithm: the algorithm whose trials are ranked; None for all trials.
    """

    def __init__(self, *, maximize: bool, trials: Iterable[FrozenTrial] = (), algorithm: Value | None = None) -> None:
        self._maximize = maximize
        self._algorithm = algorithm
        self._next = 0
        self._trials: dict[int, FrozenTrial] = {}
        self._living: SortedEntries[int] = SortedEntries()
        self._ended: SortedEntries[int] = SortedEntries()
        self._ranks: SortedEntries[tuple[float, ...]] = SortedEntries()
        for trial in trials:
            self.note(trial)

    @property
    def first_living(self) -> int:
        """Lowest number of a trial that has not ended; the number of the next trial if all have."""
        return self._living.entries[0] if self._living.entries else self._next

    def note(self, trial: FrozenTrial) -> None:
        """Update the ranking with the current state of `trial`."""
        number = trial.number
        self._next = max(self._next, number + 1)
        self._living.put(number, None if trial.state.is_finished() else number)
        if trial.state.is_finished() and not self._is_ours(trial):
            self._trials.pop(number, None)
            return
        self._trials[number] = trial
        self._ended.put(number, number if trial.state in TELLING else None)
        self._ranks.put(number, self._rank(trial))

    def short(self, since: int | None = None) -> list[FrozenTrial]:
        """Return the best trials, an even sample of the other ended ones, and all that have not ended, by number.

        Args:
            since: number of the first trial from which on all are included; None for no such trial.

        Returns:
            All trials if the study is short.
        """
        strangers = {number for number in self._living.entries if not self._is_ours(self._trials[number])}
        if len(self._trials) - len(strangers) <= BEST + OTHERS:
            return [self._trials[number] for number in sorted(self._trials.keys() - strangers)]
        best = sorted(self._best())
        shown = {*best, *self._others(best), *self._living.entries}
        if since is not None:
            shown.update(number for number in range(since, self._next) if number in self._trials)
        return [self._trials[number] for number in sorted(shown - strangers)]

    def _is_ours(self, trial: FrozenTrial) -> bool:
        """Return whether a trial is ranked; one that begins may get its algorithm later."""
        return self._algorithm is None or trial.params.get(ALGORITHM) == self._algorithm

    def _best(self) -> list[int]:
        """Return the numbers of the best `BEST` trials."""
        return [int(rank[-1]) for rank in self._ranks.entries[:BEST]]

    def _others(self, best: list[int]) -> list[int]:
        """Return an even sample of the numbers of ended trials that are not among the best."""
        ended = self._ended.entries
        places = [bisect_left(ended, number) for number in best]
        count = len(ended) - len(best)
        step = max(1.0, count / OTHERS)
        chosen, passed = [], 0
        for turn in range(min(OTHERS, count)):
            place = int(turn * step) + passed
            while passed < len(places) and places[passed] <= place:
                passed, place = passed + 1, place + 1
            chosen.append(ended[place])
        return chosen

    def _rank(self, trial: FrozenTrial) -> tuple[float, ...] | None:
        """Return the sort key of a trial (smaller is better, ties by number); None if it is not ranked."""
        if trial.state in TELLING and (violation := violation_of(trial)) > 0:
            return 2, violation, 0, trial.number
        if trial.state == TrialState.COMPLETE:
            return 0, 0, self._loss(trial.values[0]), trial.number
        if trial.state == TrialState.PRUNED and trial.intermediate_values:
            step = max(trial.intermediate_values)
            return 1, -step, self._loss(trial.intermediate_values[step]), trial.number
        return None

    def _loss(self, value: float) -> float:
        if math.isnan(value):
            return math.inf
        return -value if self._maximize else value


class ParetoRanking(TrialRanking):
    """The ranking by non-dominated sorting: completed trials, then pruned ones by their last step.

    The rank of a trial depends on all others, so the ranking is computed on demand.

    Args:
        signs: factors that turn values into losses, as in `SingleStudyStorage`.
        trials: the initial trials.
        algorithm: the algorithm whose trials are ranked; None for all trials.
    """

    def __init__(
        self, signs: tuple[float, ...], trials: Iterable[FrozenTrial] = (), algorithm: Value | None = None
    ) -> None:
        self._signs = signs
        self._completed: dict[int, Vector] = {}
        self._stopped: dict[int, tuple[int, Vector]] = {}
        super().__init__(maximize=signs[0] < 0, trials=trials, algorithm=algorithm)

    def note(self, trial: FrozenTrial) -> None:
        """Update the ranking with the current state of `trial`."""
        super().note(trial)
        losses = last_losses(trial, self._signs)
        if trial.state not in TELLING or losses is None or not self._is_ours(trial):
            self._completed.pop(trial.number, None)
            self._stopped.pop(trial.number, None)
        elif trial.state == TrialState.COMPLETE:
            self._completed[trial.number] = Vector(violation_of(trial), losses)
        else:
            self._stopped[trial.number] = -max(vectors_of(trial), default=0), Vector(violation_of(trial), losses)

    def short(self, since: int | None = None) -> list[FrozenTrial]:
        """Return the same trials; without `since`, the pruned ones are sorted by rank within their positions.

        TPE uses pruned trials as good ones if too few have completed. It sorts them by a value that Optuna does not
        store with several objectives. So all are equal to TPE, and it takes them in the given order.
        """
        shown = super().short(since)
        if since is not None:
            return shown
        places_of = [place for place, trial in enumerate(shown) if trial.number in self._stopped]
        placed = _placed({shown[place].number: self._stopped[shown[place].number][1] for place in places_of})
        steps = {number: self._stopped[number][0] for number in placed}
        ranked = sorted(placed, key=lambda number: (placed[number][0], steps[number], placed[number]))
        by_number = {shown[place].number: shown[place] for place in places_of}
        for place, number in zip(places_of, ranked, strict=True):
            shown[place] = by_number[number]
        return shown

    def _best(self) -> list[int]:
        ranked = [(place[0], 0, place, number) for number, place in _placed(self._completed).items()]
        if sum(not broken for broken, *_ in ranked) < BEST:
            placed = _placed({number: vector for number, (_, vector) in self._stopped.items()})
            ranked += [(place[0], 1 + self._stopped[number][0], place, number) for number, place in placed.items()]
        return [number for *_, number in sorted(ranked)[:BEST]]

    def _rank(self, trial: FrozenTrial) -> tuple[float, ...] | None:
        """Return None: no trial has a rank independent of the others."""
        return None


def standings_for(
    signs: tuple[float, ...], trials: Iterable[FrozenTrial] = (), algorithm: Value | None = None
) -> TrialRanking:
    """Create the ranking for one objective or for several.

    Args:
        signs: factors that turn values into losses, one for each objective, as in `SingleStudyStorage`.
        trials: the initial trials.
        algorithm: the algorithm whose trials are ranked; None for all trials.
    """
    if len(signs) > 1:
        return ParetoRanking(signs, trials, algorithm)
    return TrialRanking(maximize=signs[0] < 0, trials=trials, algorithm=algorithm)


def _placed(vectors: dict[int, Vector]) -> dict[int, Place]:
    return dict(zip(vectors, places(list(vectors.values()), BEST), strict=True))
