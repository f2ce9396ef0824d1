import random
from dataclasses import replace

from automl.core.objectives import Goals
from automl.selection.ranking import in_order_of_worth, standing
from tests.automl.engine.helpers import COST, evaluated
from tests.automl.goals import MACRO_F1, goals_for
from trials.protocol import Cost, Evaluation

TWO = goals_for("macro_f1", "latency_ms")


def best(value: float, step: int = 9, **more: float) -> Evaluation:
    evaluation = evaluated(step, value, **more).evaluation
    assert evaluation is not None
    return evaluation


def in_order(*trials: tuple[Evaluation, Cost | None], goals: Goals = MACRO_F1) -> list[int]:
    """The numbers of the trials, the winner first."""
    return sorted(range(len(trials)), key=lambda number: standing(number, *trials[number], goals))


def test_what_decides_comes_in_its_order():
    """Each pair differs in one more thing, and what comes before it decides against what comes after."""
    bounded = goals_for("macro_f1", "latency_ms", constraints=["recall>=0.5"])
    small, large = replace(COST, parameters=10), replace(COST, parameters=20)
    keeps, look = {"recall": 0.5, "latency_ms": 5.0}, {"recall": 0.9, "latency_ms": 1.0}
    assert in_order(
        (best(0.99, recall=0.4, latency_ms=1.0), small),  # violates the constraint
        (best(0.95, step=1, **look), small),  # a sample only
        (best(0.8, log_loss=0.1, **keeps), small),  # a lower first objective
        (best(0.9, log_loss=0.1, **keeps | {"latency_ms": 6.0}), small),  # a higher second one
        (best(0.9, log_loss=0.3, **keeps), small),  # a higher log loss
        (best(0.9, **keeps), small),  # a log loss that nobody knows
        (best(0.9, log_loss=0.2, **keeps), large),  # a larger model
        (best(0.9, log_loss=0.2, **keeps), None),  # one of unknown size
        (best(0.9, log_loss=0.2, **keeps), small),
        (best(0.9, log_loss=0.2, **keeps), small),  # a later trial
        goals=bounded,
    ) == [8, 9, 6, 7, 4, 5, 3, 2, 1, 0]


def test_what_violates_less_is_closer_to_a_winner():
    bounded = goals_for("macro_f1", constraints=["recall>=0.5"])
    assert in_order((best(0.9, recall=0.1), COST), (best(0.5, recall=0.4), COST), goals=bounded) == [1, 0]


def test_an_objective_that_was_not_measured_is_the_worst():
    assert in_order((best(0.9), COST), (best(0.9, latency_ms=1e9), COST), goals=TWO) == [1, 0]


def test_with_one_objective_models_are_worth_what_they_would_win():
    numbers = random.Random(0)
    evaluations = [best(numbers.choice((0.1, 0.5, 0.9)), numbers.choice((1, 9))) for _ in range(30)]
    standings = {number: standing(number, each, COST, MACRO_F1) for number, each in enumerate(evaluations)}
    assert in_order_of_worth(standings) == sorted(standings, key=standings.__getitem__)
    assert in_order_of_worth({}) == []


def test_with_several_the_front_is_kept_after_the_winner_then_what_is_lonely():
    measured = {
        0: best(0.5, latency_ms=50.0),  # dominated by 2
        1: best(0.9, latency_ms=90.0),  # the winner, an end of the front
        2: best(0.6, latency_ms=40.0),
        3: best(0.62, latency_ms=41.0),  # crowded by 2
        4: best(0.1, latency_ms=1.0),  # the other end
        5: best(0.99, step=1, latency_ms=0.5),  # a sample only
    }
    order = in_order_of_worth({number: standing(number, each, COST, TWO) for number, each in measured.items()})
    assert order[:2] == [1, 4]
    assert set(order[2:4]) == {2, 3}
    assert order[4:] == [0, 5]


def test_the_winner_comes_first_even_where_no_trial_keeps_the_constraints():
    bounded = goals_for("macro_f1", "latency_ms", constraints=["recall>=0.5"])
    measured = [best(0.9, recall=0.1, latency_ms=1.0), best(0.5, recall=0.4, latency_ms=9.0), best(0.7, latency_ms=1.0)]
    standings = {number: standing(number, each, COST, bounded) for number, each in enumerate(measured)}
    assert in_order_of_worth(standings) == [1, 0, 2]
