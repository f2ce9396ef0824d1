"""Which trials a sampler is shown of a long study with several objectives."""

import random

from optuna.distributions import FloatDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.non_dominated import Vector, places
from automl.search.front_standings import FrontStandings
from automl.search.standings import BEST, OTHERS
from automl.search.vectors import VECTORS

SIGNS = (-1.0, 1.0)


def trial(number: int, losses: tuple[float, float], step: int | None = None, broken: float = 0.0) -> FrozenTrial:
    """A completed trial, or one that was stopped at `step`."""
    noted = {VECTORS: {str(step): [broken, *losses]}} if step is not None else {}
    made = create_trial(
        state=TrialState.COMPLETE if step is None else TrialState.PRUNED,
        values=[sign * loss for sign, loss in zip(SIGNS, losses, strict=True)] if step is None else None,
        params={"x": 0.5},
        distributions={"x": FloatDistribution(0, 1)},
        system_attrs={**noted, "constraints:bytes<=1": broken},
    )
    made.number = number
    return made


def test_the_front_of_a_long_study_is_always_shown():
    dice = random.Random(0)
    losses = [(dice.random(), dice.random()) for _ in range(1000)]
    shown = FrontStandings(SIGNS, [trial(number, both) for number, both in enumerate(losses)]).short()
    assert len(shown) == BEST + OTHERS
    assert [each.number for each in shown] == sorted(each.number for each in shown)
    placed = places([Vector(0.0, both) for both in losses])
    front = {number for number, (_, rank, _) in enumerate(placed) if rank == 0}
    assert 2 < len(front) < BEST
    assert front <= {each.number for each in shown}


def test_what_keeps_the_constraints_goes_first_and_then_what_came_far():
    good = [trial(number, (0.5, 0.5), step=9) for number in range(300)]
    far = [trial(300 + number, (0.9, 0.9), step=27) for number in range(40)]
    broken = [trial(340 + number, (0.0, 0.0), broken=0.5) for number in range(300)]
    shown = [each.number for each in FrontStandings(SIGNS, [*good, *far, *broken]).short()]
    assert {each.number for each in far} <= set(shown)


def test_stopped_trials_are_shown_in_the_order_of_their_worth_and_the_others_in_theirs():
    trials = [
        trial(0, (0.5, 0.5)),
        trial(1, (0.9, 0.9), step=9),
        trial(2, (0.1, 0.1), step=9, broken=0.3),
        trial(3, (0.1, 0.1)),
        trial(4, (0.2, 0.2), step=9),
        trial(5, (0.8, 0.8), step=27),
    ]
    standings = FrontStandings(SIGNS, trials)
    assert [each.number for each in standings.short()] == [0, 5, 4, 3, 1, 2]
    assert [each.number for each in standings.short(since=0)] == list(range(6)), "who reads on must find the order"
