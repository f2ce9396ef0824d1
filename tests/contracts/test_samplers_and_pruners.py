"""What every sampler and every pruner promises, over a real study."""

import random
from pathlib import Path

import pytest

from automl.search.pruners import PRUNERS
from automl.search.samplers import SAMPLERS
from search_spaces import ALGORITHM, SPACES, Space
from tests.automl.search.helpers import ENCODER, NEW, Bench, evaluated, run_through
from trials.record import TrialEnd

AUTO = Space("auto", SPACES["auto"])


def draws(folder: Path, sampler: str, count: int = 12) -> list[dict[str, object]]:
    folder.mkdir()
    bench = Bench(folder)
    bench.create()
    ledger = bench.ledger(trials=count, sampler=sampler, pruner="none")
    while (job := ledger.begin()) is not None:
        run_through(ledger, job.number, job.point.architecture.depth / 10)
    return [dict(trial.params) for trial in bench.store.record(NEW.name).trials]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sampler_stays_in_bounds_and_repeats_with_its_seed(tmp_path, sampler):
    first, second = draws(tmp_path / "a", sampler), draws(tmp_path / "b", sampler)
    assert first == second
    dimensions = ENCODER.dimensions()
    for params in first:
        assert params.keys() == dimensions.keys()
        assert all(value in dimensions[name] for name, value in params.items())
    assert len({str(params) for params in first}) == len(first)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("space", [ENCODER, AUTO], ids=lambda space: space.name)
def test_a_sampler_goes_on_after_a_restart(tmp_path, storage_url, sampler, space):
    """Past its start-up, on each database, with several algorithms too: it draws new points, all of them in range."""
    bench = Bench(tmp_path, storage_url)
    bench.create(space=space)
    for until in (11, 14):
        ledger = bench.ledger(trials=until, sampler=sampler, pruner="none", space=space)
        while (job := ledger.begin()) is not None:
            value = 0.5 + 0.3 * random.Random(str(job.point)).random()
            ledger.record(job.number, evaluated(81, value, TrialEnd.COMPLETED))
    dimensions = space.dimensions()
    trials = bench.store.record(NEW.name).trials
    assert [trial.end for trial in trials] == [TrialEnd.COMPLETED] * 14
    for trial in trials:
        assert trial.params.keys() == space.defaults(trial.params.get(ALGORITHM)).keys()
        assert all(value in dimensions[name] for name, value in trial.params.items())
    assert len({str(trial.params) for trial in trials}) >= 12, "a child may be what a parent was, and no more than that"
    bench.store.close()


@pytest.mark.parametrize("pruner", PRUNERS)
def test_a_pruner_never_stops_the_only_leader(tmp_path, pruner):
    bench = Bench(tmp_path)
    bench.create()
    ledger = bench.ledger(trials=25, pruner=pruner)
    for number in range(24):
        job = ledger.begin()
        run_through(ledger, job.number, 0.1 + number / 1000)
    assert run_through(ledger, ledger.begin().number, 0.99)


@pytest.mark.parametrize("pruner", sorted(set(PRUNERS) - {"none", "patient"}))
def test_a_pruner_stops_weak_trials(tmp_path, pruner):
    bench = Bench(tmp_path)
    bench.create()
    ledger = bench.ledger(trials=30, pruner=pruner)
    reached = [run_through(ledger, ledger.begin().number, 0.9 - number / 100) for number in range(30)]
    assert reached[10:].count(False) >= 10  # hyperband lets one bracket in three run on


def test_early_stopping_stops_trials_that_get_worse(tmp_path):
    bench = Bench(tmp_path)
    bench.create()
    ledger = bench.ledger(pruner="patient")
    ledger.begin()
    number = ledger.begin().number
    assert [ledger.record(number, evaluated(step, 1 / step)) for step in (1, 9, 27, 54)] == [True, True, True, False]


@pytest.mark.parametrize("pruner", PRUNERS)
def test_a_pruner_survives_a_resume(tmp_path, pruner):
    """Rebuilt from SQL after every trial, it decides as one that lived through the whole search."""

    def story(folder: Path, *, restarts: bool) -> list[bool]:
        folder.mkdir()
        bench = Bench(folder)
        bench.create()
        ledger = bench.ledger(trials=20, pruner=pruner)
        reached = []
        for number in range(20):
            if restarts:
                ledger = bench.ledger(trials=20, pruner=pruner)
            reached.append(run_through(ledger, ledger.begin().number, ((number * 7) % 11) / 11))
        return reached

    assert story(tmp_path / "whole", restarts=False) == story(tmp_path / "broken", restarts=True)
