"""How far a new study follows what earlier ones recommend."""

from dataclasses import replace

import pytest

from automl.core.records import RecommendedPoint
from automl.hpo.samplers.warm_start import RECOMMENDED
from search_spaces import ALGORITHM, SPACES, Space
from tests.automl.engine.helpers import ENCODER, NEW, TWO, Bench, ended, evaluated
from trials.protocol import TrialEnd

DEPTH = "architecture.depth"
DEFAULT = 0.5
"""What the default comes to."""


def recommended(study: str, *dropouts: float) -> list[RecommendedPoint]:
    """Points that differ in a dropout alone."""
    points = ({**ENCODER.defaults(), "architecture.hidden_dropout": dropout} for dropout in dropouts)
    return [RecommendedPoint(study, point) for point in points]


LIKE, UNLIKE = recommended("like", 0.21, 0.22, 0.23, 0.24), recommended("unlike", 0.01, 0.02, 0.03)


@pytest.fixture
def bench(tmp_path) -> Bench:
    return Bench(tmp_path)


def create(bench: Bench, *points: RecommendedPoint, new=NEW) -> None:
    bench.create(replace(new, recommended=points))


def places(bench: Bench) -> list[int | None]:
    """Which recommended point each trial has, and None where it was drawn."""
    trials = bench.store.study(NEW.name).mirror().get_all_trials(0, deepcopy=False)
    return [trial.system_attrs.get(RECOMMENDED) for trial in trials]


def go_through(bench: Bench, trials: int, values: dict[int, float], default: float = DEFAULT, **settings) -> None:
    """Runs all trials to their ends; `values` are those of recommended points, by place."""
    ledger = bench.ledger(trials=trials, pruner="none", **settings)
    while (job := ledger.begin()) is not None:
        place = places(bench)[job.number]
        value = default if place is None else values[place]
        ledger.record(job.number, evaluated(81, value, TrialEnd.COMPLETED))
    ledger.close()


def test_points_that_do_better_than_the_default_are_all_tried_in_their_order(bench):
    create(bench, *LIKE)
    go_through(bench, 7, {0: 0.6, 1: 0.7, 2: 0.6, 3: 0.8})
    assert places(bench) == [None, 0, 1, 2, 3, None, None]
    tried = [dict(trial.params) for trial in bench.store.study(NEW.name).record().trials[1:5]]
    assert tried == [dict(each.point) for each in LIKE]


def test_a_study_that_misleads_is_left_after_one_trial_and_the_others_go_on(bench):
    create(bench, UNLIKE[0], LIKE[0], UNLIKE[1], LIKE[1], UNLIKE[2])
    go_through(bench, 5, {0: 0.4, 1: 0.6, 3: 0.6})
    assert places(bench) == [None, 0, 1, 3, None]


def test_one_that_did_well_once_may_fail_once(bench):
    create(bench, *LIKE)
    go_through(bench, 6, {0: 0.6, 1: 0.4, 2: 0.4})
    assert places(bench) == [None, 0, 1, 2, None, None]


def test_what_still_runs_says_nothing(bench):
    create(bench, *UNLIKE)
    ledger = bench.ledger(trials=5, pruner="none")
    running = [ledger.begin() for _ in range(3)]
    ledger.record(running[1].number, evaluated(81, 0.1, TrialEnd.COMPLETED))
    assert ledger.begin() is not None
    assert places(bench) == [None, 0, 1, 2]  # there was no default yet to hold it against
    ledger.record(running[0].number, evaluated(81, DEFAULT, TrialEnd.COMPLETED))
    assert ledger.begin() is not None
    assert places(bench) == [None, 0, 1, 2, None]


def test_a_resumed_search_goes_on_where_it_was(bench):
    create(bench, *LIKE)
    go_through(bench, 3, {0: 0.6, 1: 0.7})
    go_through(bench, 5, {2: 0.4, 3: 0.4}, seed=1)
    assert places(bench) == [None, 0, 1, 2, 3]


def test_what_was_stopped_early_is_held_against_the_default_at_the_same_step(bench):
    create(bench, *LIKE)
    ledger = bench.ledger(trials=4, pruner="none")
    first = ledger.begin().number
    ledger.record(first, evaluated(9, 0.2))
    ledger.record(first, evaluated(81, 0.9, TrialEnd.COMPLETED))
    ledger.record(ledger.begin().number, evaluated(9, 0.3, TrialEnd.PRUNED))
    ledger.record(ledger.begin().number, evaluated(9, 0.1, TrialEnd.PRUNED))
    ledger.record(ledger.begin().number, evaluated(9, 0.1, TrialEnd.PRUNED))
    assert places(bench) == [None, 0, 1, 2]


@pytest.mark.parametrize("end", [TrialEnd.DIVERGED, TrialEnd.OUT_OF_MEMORY, TrialEnd.ERROR])
def test_a_point_that_cannot_be_trained_has_not_paid(bench, end):
    create(bench, *UNLIKE)
    ledger = bench.ledger(trials=3, pruner="none")
    ledger.record(ledger.begin().number, evaluated(81, DEFAULT, TrialEnd.COMPLETED))
    ledger.record(ledger.begin().number, ended(end))
    ledger.begin()
    assert places(bench) == [None, 0, None]


def test_where_the_default_cannot_be_trained_each_point_that_can_has_paid(bench):
    create(bench, *LIKE)
    ledger = bench.ledger(trials=3, pruner="none")
    ledger.record(ledger.begin().number, ended(TrialEnd.DIVERGED))
    ledger.record(ledger.begin().number, evaluated(81, 0.1, TrialEnd.COMPLETED))
    ledger.begin()
    assert places(bench) == [None, 0, 1]


def test_a_point_is_held_against_the_default_of_its_own_algorithm(tmp_path):
    space = Space("auto", SPACES["auto"])
    bench = Bench(tmp_path)
    points = [{**space.defaults("probe"), "probe.classifier.penalty": penalty} for penalty in (1e-2, 1e-4)]
    chosen = [RecommendedPoint("earlier", point) for point in points]
    bench.store.create(replace(NEW, recommended=tuple(chosen)), space.defaults(), space.defaults("probe"))
    ledger = bench.ledger(trials=4, space=space, pruner="none", sampler="tpe")
    values = iter([0.9, 0.4, 0.5, 0.5])
    while (job := ledger.begin()) is not None:
        ledger.record(job.number, evaluated(81, next(values), TrialEnd.COMPLETED))
    assert places(bench) == [None, None, 0, 1]
    algorithms = [trial.params[ALGORITHM] for trial in bench.store.study(NEW.name).record().trials]
    assert algorithms == [space.defaults()[ALGORITHM], "probe", "probe", "probe"]


def test_where_the_default_of_an_algorithm_was_not_begun_trial_0_is_what_counts(tmp_path):
    space = Space("auto", SPACES["auto"])
    bench = Bench(tmp_path)
    points = [{**space.defaults("encoder"), "encoder.architecture.depth": depth} for depth in (1, 3)]
    chosen = [RecommendedPoint("earlier", point) for point in points]
    bench.store.create(replace(NEW, recommended=tuple(chosen)), space.defaults())
    ledger = bench.ledger(trials=3, space=space, pruner="none", sampler="tpe")
    for value in (0.9, 0.4):
        ledger.record(ledger.begin().number, evaluated(81, value, TrialEnd.COMPLETED))
    ledger.begin()
    assert places(bench) == [None, 0, None]


def test_hyperband_s_brackets_do_not_each_try_them_all(bench):
    create(bench, *UNLIKE)
    ledger = bench.ledger(trials=14, pruner="hyperband", sampler="random")
    while (job := ledger.begin()) is not None:
        value = DEFAULT if places(bench)[job.number] is None else 0.1
        ledger.record(job.number, evaluated(9, value))  # from its rungs the pruner knows how many brackets there are
        ledger.record(job.number, evaluated(81, value, TrialEnd.COMPLETED))
    assert [place for place in places(bench) if place is not None] == [0]


def test_of_several_objectives_one_that_is_better_is_enough(bench):
    create(bench, *LIKE, new=TWO)
    ledger = bench.ledger(trials=4, pruner="none", sampler="random")
    for accuracy, latency in ((0.5, 10.0), (0.4, 5.0), (0.4, 20.0), (0.4, 20.0)):
        report = evaluated(81, accuracy, TrialEnd.COMPLETED, latency_ms=latency)
        ledger.record(ledger.begin().number, report)
    assert places(bench) == [None, 0, 1, 2]


def test_what_cannot_be_here_is_drawn_and_the_point_is_not_begun_for_ever(bench):
    create(bench, RecommendedPoint("earlier", {**ENCODER.defaults(), DEPTH: 99}))
    go_through(bench, 3, {0: 0.6})
    assert places(bench) == [None, 0, None]
    assert bench.store.study(NEW.name).record().trials[1].params[DEPTH] in ENCODER.dimensions()[DEPTH]
