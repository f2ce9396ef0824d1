import random

from automl.core.objectives import Goals
from automl.core.records import StudyRecord
from automl.selection.pareto_front import ParetoTrial, pareto_front, with_ensemble
from tests.automl.goals import MACRO_F1, goals_for
from tests.automl.report.records import make_study, make_trial

TWO = goals_for("macro_f1", "latency_ms")
BOUNDED = goals_for("macro_f1", "latency_ms", constraints=["latency_ms<=20"])


def study(*measured: tuple[float, float], goals: Goals = TWO) -> StudyRecord:
    """A trial for each score and latency, which is first looked at and then evaluated."""
    trials = (make_trial(number, (0.0, score), latency_ms=cost) for number, (score, cost) in enumerate(measured))
    return make_study(*trials, goals=goals)


def numbers(record: StudyRecord) -> list[int]:
    return [trial.number for trial in pareto_front(record)]


def test_it_is_what_no_other_trial_beats():
    """Held against the definition, on numbers among which there are many equal ones."""
    draw = random.Random(7)
    measured = [(draw.randrange(1, 8) / 10, float(draw.randrange(8))) for _ in range(60)]

    def beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
        return one != other and one[0] >= other[0] and one[1] <= other[1]

    expected = [number for number, one in enumerate(measured) if not any(beats(other, one) for other in measured)]
    expected.sort(key=lambda number: (-measured[number][0], measured[number][1], number))
    assert numbers(study(*measured)) == expected
    assert len(expected) > 3


def test_it_has_what_keeps_the_constraints_beside_what_does_not():
    record = study((0.9, 50.0), (0.8, 15.0), (0.7, 16.0), (0.85, 60.0), goals=BOUNDED)
    assert {trial.number: trial.keeps_constraints for trial in pareto_front(record)} == {0: False, 1: True}
    assert pareto_front(record)[0].values == {"macro_f1": 0.9, "latency_ms": 50.0}


def test_a_constraint_that_is_just_kept_is_kept():
    (trial,) = pareto_front(study((0.9, 20.0), goals=BOUNDED))
    assert trial.keeps_constraints


def test_a_sample_or_a_missing_objective_is_no_result():
    looked, half = make_trial(0, (0.9,), latency_ms=1.0), make_trial(1, (0.1, 0.9))
    assert pareto_front(make_study(looked, half, make_trial(2), goals=TWO)) == []
    assert numbers(make_study(looked, half, make_trial(2, (0.1, 0.2), latency_ms=1.0), goals=TWO)) == [2]


def test_a_constraint_that_was_not_measured_is_not_kept():
    bounded = goals_for("macro_f1", constraints=["latency_ms<=20"])
    (trial,) = pareto_front(make_study(make_trial(0, (0.1, 0.9)), goals=bounded))
    assert (trial.keeps_constraints, trial.values) == (False, {"macro_f1": 0.9})


def test_with_one_objective_it_is_the_best_and_its_equals():
    record = make_study(*(make_trial(number, (0.1, score)) for number, score in enumerate((0.9, 0.5, 0.9))))
    assert record.goals is MACRO_F1
    assert numbers(record) == [0, 2]


def test_an_ensemble_comes_to_the_front_with_its_own_costs_and_dominates_what_is_worse():
    goals = goals_for("macro_f1", "latency_ms")
    members = [
        ParetoTrial(number, {"macro_f1": value, "latency_ms": cost}, keeps_constraints=True)
        for number, value, cost in ((3, 0.9, 40.0), (1, 0.8, 10.0))
    ]
    found = with_ensemble(members, goals, {"macro_f1": 0.92, "latency_ms": 50.0, "accuracy": 0.9})
    assert [each.number for each in found] == [None, 3, 1]
    assert found[0].values == {"macro_f1": 0.92, "latency_ms": 50.0}
    assert [each.number for each in with_ensemble(members, goals, {"macro_f1": 0.92, "latency_ms": 30.0})] == [None, 1]
    assert with_ensemble(members, goals, {"macro_f1": 0.85, "latency_ms": 50.0}) == members, "it is dominated"
    assert with_ensemble(members, goals, {"macro_f1": 0.99}) == members, "its latency is unknown"
