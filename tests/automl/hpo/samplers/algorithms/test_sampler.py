"""The space of several algorithms, as it is searched."""

from collections import Counter
from dataclasses import replace

import pytest

from search_spaces import ALGORITHM, SPACES, Linear, Point, Probe, Space
from tests.automl.engine.helpers import NEW, TWO, Bench, evaluated, run_through
from tests.automl.goals import goals_for
from trials.protocol import TrialEnd

AUTO = Space("auto", SPACES["auto"])
SCORES = {Linear: 0.5, Probe: 0.6, Point: 0.55}


def search(bench: Bench, trials: int, sampler: str = "tpe") -> list[dict[str, object]]:
    ledger = bench.ledger(trials=trials, sampler=sampler, space=AUTO)
    while (job := ledger.begin()) is not None:
        run_through(ledger, job.number, SCORES[type(job.point)] + job.number / 10_000)
    return [dict(trial.params) for trial in bench.store.study(NEW.name).record().trials]


@pytest.fixture
def bench(tmp_path) -> Bench:
    made = Bench(tmp_path)
    made.create(space=AUTO)
    return made


@pytest.mark.parametrize("sampler", ["tpe", "random", "qmc"])
def test_points_have_the_parameters_of_their_algorithm_and_lie_in_range(bench, sampler):
    dimensions = AUTO.dimensions()
    for params in search(bench, 30, sampler):
        assert params.keys() == AUTO.defaults(params[ALGORITHM]).keys()
        assert all(value in dimensions[name] for name, value in params.items())


def test_an_algorithm_begins_with_its_default_and_the_best_is_tried_most(bench):
    found = search(bench, 60)
    for algorithm in AUTO.algorithms():
        own = [params for params in found if params[ALGORITHM] == algorithm]
        assert own[0] == AUTO.defaults(algorithm)
        assert len({str(params) for params in own}) == len(own)
    assert Counter(params[ALGORITHM] for params in found).most_common(1)[0][0] == "probe"


def test_it_draws_the_same_again_and_goes_on_after_a_restart(tmp_path):
    found = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made = Bench(tmp_path / name)
        made.create(space=AUTO)
        search(made, 10)
        found.append(search(made, 25))
    assert found[0] == found[1]
    assert len({str(params) for params in found[0]}) == 25


def test_a_trial_is_measured_against_its_own_kind(bench):
    """Encoders that are worse than every fine-tuned model are not all stopped for that."""
    ledger = bench.ledger(trials=400, space=AUTO, sampler="random")
    stopped: Counter[tuple[str, bool]] = Counter()
    while (job := ledger.begin()) is not None:
        if not isinstance(job.point, Point):
            ledger.record(job.number, evaluated(81, 0.7, TrialEnd.COMPLETED))
            continue
        kind = "encoder" if hasattr(job.point.architecture, "family") else "finetune"
        base = 0.2 if kind == "encoder" else 0.9
        goes_on = run_through(ledger, job.number, base + (job.number * 37 % 101) / 2000)
        stopped[kind, goes_on] += 1
    assert all(stopped[kind, True] >= 3 and stopped[kind, False] >= 10 for kind in ("encoder", "finetune"))


def test_a_trial_of_one_evaluation_is_completed(bench):
    ledger = bench.ledger(trials=1, space=AUTO)
    job = ledger.begin()
    assert isinstance(job.point, Linear)
    ledger.record(job.number, evaluated(81, 0.8, TrialEnd.COMPLETED))
    (trial,) = bench.store.study(NEW.name).record().trials
    assert (trial.end, trial.value, [each.step for each in trial.evaluations]) == (TrialEnd.COMPLETED, 0.8, [81])


def test_of_several_objectives_no_algorithm_of_the_front_is_given_up(tmp_path):
    """One is good, one is quick, and one is neither."""
    costs = {Linear: (0.80, 1.0), Probe: (0.90, 30.0), Point: (0.50, 60.0)}
    made = Bench(tmp_path)
    made.store.create(TWO, *(AUTO.defaults(algorithm) for algorithm in AUTO.algorithms()))
    ledger = made.ledger(trials=40, sampler="tpe", space=AUTO, pruner="none")
    while (job := ledger.begin()) is not None:
        value, latency = costs[type(job.point)]
        run_through(ledger, job.number, value + job.number / 10_000, latency_ms=latency + job.number / 100)
    counts = Counter(trial.params[ALGORITHM] for trial in made.store.study(NEW.name).record().trials)
    assert counts["linear"] > counts["finetune"] and counts["probe"] > counts["finetune"]
    assert min(counts["linear"], counts["probe"]) >= 5


def test_an_algorithm_whose_models_all_break_a_constraint_is_given_up(tmp_path):
    made = Bench(tmp_path)
    made.create(replace(NEW, goals=goals_for("macro_f1", constraints=["latency_ms<=10"])), AUTO)
    ledger = made.ledger(trials=30, sampler="tpe", space=AUTO)
    while (job := ledger.begin()) is not None:
        run_through(
            ledger, job.number, SCORES[type(job.point)], latency_ms=50.0 if isinstance(job.point, Probe) else 5.0
        )
    counts = Counter(trial.params[ALGORITHM] for trial in made.store.study(NEW.name).record().trials)
    assert counts["probe"] <= 3
