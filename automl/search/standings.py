"""Which trials of a long study a sampler is shown, kept up to date while trials begin and end."""

import math
from bisect import bisect_left
from collections.abc import Iterable

from optuna.trial import FrozenTrial, TrialState

from automl.search.vectors import violation_of
from automl.storage.ordered import Ordered

BEST = 50
"""Trials that a sampler sees in any case. TPE takes 25 at most for the good ones."""

OTHERS = 200
"""Trials that stand for all the others, from which TPE only estimates how common a bad trial is around a point."""

TELLING = (TrialState.COMPLETE, TrialState.PRUNED)


class Standings:
    """A study's trials as TPE ranks them: completed ones by their value, then stopped ones by how far they came.

    Those that break a constraint come last, by how much.
    """

    def __init__(self, *, maximize: bool, trials: Iterable[FrozenTrial] = ()) -> None:
        self._maximize = maximize
        self._trials: dict[int, FrozenTrial] = {}
        self._living: Ordered[int] = Ordered()
        self._ended: Ordered[int] = Ordered()
        self._ranks: Ordered[tuple[float, ...]] = Ordered()
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
