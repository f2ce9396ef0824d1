"""Which trials of a long study a sampler is shown where there are several objectives."""

from collections.abc import Iterable

from optuna.trial import FrozenTrial, TrialState

from automl.non_dominated import Place, Vector, places
from automl.search.standings import BEST, TELLING, Standings
from automl.search.vectors import last_losses, vectors_of, violation_of


class FrontStandings(Standings):
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


def standings_for(signs: tuple[float, ...], trials: Iterable[FrozenTrial] = ()) -> Standings:
    """Those for one objective or for several; `signs` are those of `OneStudy`."""
    return FrontStandings(signs, trials) if len(signs) > 1 else Standings(maximize=signs[0] < 0, trials=trials)


def _placed(vectors: dict[int, Vector]) -> dict[int, Place]:
    return dict(zip(vectors, places(list(vectors.values()), BEST), strict=True))
