"""Which trials of a long study a sampler is shown, kept up to date while trials begin and end."""

import math
from bisect import bisect_left
from collections.abc import Iterable

from optuna.trial import FrozenTrial, TrialState

from automl.core import Place, Vector, places
from automl.hpo.objective_history import last_losses, vectors_of, violation_of
from automl.storage.cache import SortedEntries

BEST = 50
"""Trials that a sampler sees in any case. TPE takes 25 at most for the good ones."""

OTHERS = 200
"""Trials that stand for all the others, from which TPE only estimates how common a bad trial is around a point."""

TELLING = (TrialState.COMPLETE, TrialState.PRUNED)


class TrialRanking:
    """A study's trials as TPE ranks them: completed ones by their value, then stopped ones by how far they came.

    Those that break a constraint come last, by how much.
    """

    def __init__(self, *, maximize: bool, trials: Iterable[FrozenTrial] = ()) -> None:
        self._maximize = maximize
        self._trials: dict[int, FrozenTrial] = {}
        self._living: SortedEntries[int] = SortedEntries()
        self._ended: SortedEntries[int] = SortedEntries()
        self._ranks: SortedEntries[tuple[float, ...]] = SortedEntries()
        for trial in trials:
            self.note(trial)

    @property
    def first_living(self) -> int:
        """The lowest number of a trial that has not ended, or that of the next one."""
        return self._living.entries[0] if self._living.entries else len(self._trials)

    def note(self, trial: FrozenTrial) -> None:
        """Takes in what a trial has by now."""
        number = trial.number
        self._trials[number] = trial
        self._living.put(number, None if trial.state.is_finished() else number)
        self._ended.put(number, number if trial.state in TELLING else None)
        self._ranks.put(number, self._rank(trial))

    def short(self, since: int | None = None) -> list[FrozenTrial]:
        """The best, an even choice of the other ended ones, and all that have not ended, in their order.

        With `since` also each trial from that number on. Of a short study all.
        """
        if len(self._trials) <= BEST + OTHERS:
            return [self._trials[number] for number in sorted(self._trials)]
        best = sorted(self._best())
        shown = {*best, *self._others(best), *self._living.entries}
        if since is not None:
            shown.update(range(since, len(self._trials)))
        return [self._trials[number] for number in sorted(shown)]

    def _best(self) -> list[int]:
        """The numbers of the best `BEST` trials."""
        return [int(rank[-1]) for rank in self._ranks.entries[:BEST]]

    def _others(self, best: list[int]) -> list[int]:
        """Numbers that are evenly spread over those of the ended trials that are not among the best."""
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
        """Smaller is better. None for a trial that has no place; the number tells equally good ones apart."""
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
    """The same by non-dominated sorting: completed trials, then stopped ones by how far they came.

    To rank a trial, all others are needed, so the ranking is made when it is asked for.
    """

    def __init__(self, signs: tuple[float, ...], trials: Iterable[FrozenTrial] = ()) -> None:
        self._signs = signs
        self._completed: dict[int, Vector] = {}
        self._stopped: dict[int, tuple[int, Vector]] = {}
        super().__init__(maximize=signs[0] < 0, trials=trials)

    def note(self, trial: FrozenTrial) -> None:
        """Takes in what a trial has by now."""
        super().note(trial)
        losses = last_losses(trial, self._signs)
        if trial.state not in TELLING or losses is None:
            self._completed.pop(trial.number, None)
            self._stopped.pop(trial.number, None)
        elif trial.state == TrialState.COMPLETE:
            self._completed[trial.number] = Vector(violation_of(trial), losses)
        else:
            self._stopped[trial.number] = -max(vectors_of(trial), default=0), Vector(violation_of(trial), losses)

    def short(self, since: int | None = None) -> list[FrozenTrial]:
        """The same; but without `since`, the stopped ones stand in the order of their worth, in the places they have.

        TPE takes stopped trials for good ones where too few have completed, and goes by a value that Optuna does not
        keep of several objectives: all being equal to it, it takes them in the order in which it is shown them.
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
        """None: no trial has a place of its own."""
        return None


def standings_for(signs: tuple[float, ...], trials: Iterable[FrozenTrial] = ()) -> TrialRanking:
    """Those for one objective or for several; `signs` are those of `SingleStudyStorage`."""
    return ParetoRanking(signs, trials) if len(signs) > 1 else TrialRanking(maximize=signs[0] < 0, trials=trials)


def _placed(vectors: dict[int, Vector]) -> dict[int, Place]:
    return dict(zip(vectors, places(list(vectors.values()), BEST), strict=True))
