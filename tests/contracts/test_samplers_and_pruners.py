"""What every sampler and every pruner promises, over a real study."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from automl.hpo.pruners.registry import FRONT_PRUNERS, PRUNERS
from automl.hpo.samplers.registry import ONE_OBJECTIVE, SAMPLERS
from automl.storage.study_store import NewStudy
from search_spaces import ALGORITHM, SPACES, Space
from tests.automl.engine.helpers import ENCODER, NEW, TWO, Bench, evaluated, run_through
from tests.automl.goals import goals_for
from trials.protocol import TrialEnd

pytestmark = pytest.mark.integration

AUTO = Space("auto", SPACES["auto"])


OF_SEVERAL = [sampler for sampler in SAMPLERS if sampler not in ONE_OBJECTIVE]
ONE_OR_TWO = [*((sampler, NEW) for sampler in SAMPLERS), *((sampler, TWO) for sampler in OF_SEVERAL)]

BOUNDED = replace(TWO, goals=goals_for("macro_f1", "latency_ms", constraints=["latency_ms<=50"]))
"""Two objectives, and a constraint that about half of all trials break."""

PRUNED = [
    *((pruner, NEW) for pruner in PRUNERS),
    *((pruner, new) for pruner in FRONT_PRUNERS for new in (TWO, BOUNDED)),
]

RESTARTED = [
    *((sampler, NEW, space) for sampler in SAMPLERS for space in (ENCODER, AUTO)),
    *((sampler, TWO, ENCODER) for sampler in OF_SEVERAL),
]
RESUMED = [
    *((pruner, NEW, "sqlite") for pruner in PRUNERS),
    *(("asha", new, database) for new in (TWO, BOUNDED) for database in ("sqlite", "postgresql")),
]


def named(value: object) -> str:
    if isinstance(value, NewStudy):
        return f"{len(value.goals.objectives)} objectives, {len(value.goals.constraints)} constraints"
    return value.name if isinstance(value, Space) else str(value)


def draws(folder: Path, sampler: str, new: NewStudy, count: int = 12) -> list[dict[str, object]]:
    folder.mkdir()
    bench = Bench(folder)
    bench.create(new)
    ledger = bench.ledger(trials=count, sampler=sampler, pruner="none")
    while (job := ledger.begin()) is not None:
        run_through(ledger, job.number, job.point.architecture.depth / 10, latency_ms=job.point.architecture.width / 8)
    return [dict(trial.params) for trial in bench.store.study(NEW.name).record().trials]


@pytest.mark.parametrize(("sampler", "new"), [*ONE_OR_TWO, ("gp", BOUNDED), ("tpe", BOUNDED)], ids=named)
def test_a_sampler_stays_in_bounds_and_repeats_with_its_seed(tmp_path, sampler, new):
    first, second = draws(tmp_path / "a", sampler, new), draws(tmp_path / "b", sampler, new)
    assert first == second
    dimensions = ENCODER.dimensions()
    for params in first:
        assert params.keys() == dimensions.keys()
        assert all(value in dimensions[name] for name, value in params.items())
    assert len({str(params) for params in first}) == len(first)


@pytest.mark.parametrize(("sampler", "new", "space"), RESTARTED, ids=named)
def test_a_sampler_goes_on_after_a_restart(tmp_path, storage_url, sampler, new, space):
    """Past its start-up, on each database, with several algorithms too: it draws new points, all of them in range."""
    bench = Bench(tmp_path, storage_url)
    bench.create(new, space)
    for until in (11, 14):
        ledger = bench.ledger(trials=until, sampler=sampler, pruner="none", space=space)
        while (job := ledger.begin()) is not None:
            dice = random.Random(str(job.point))
            value, latency = 0.5 + 0.3 * dice.random(), 100 * dice.random()
            ledger.record(job.number, evaluated(81, value, TrialEnd.COMPLETED, latency_ms=latency))
    dimensions = space.dimensions()
    trials = bench.store.study(NEW.name).record().trials
    assert [trial.end for trial in trials] == [TrialEnd.COMPLETED] * 14
    for trial in trials:
        assert trial.params.keys() == space.defaults(trial.params.get(ALGORITHM)).keys()
        assert all(value in dimensions[name] for name, value in trial.params.items())
    assert len({str(trial.params) for trial in trials}) >= 12, "a child may be what a parent was, and no more than that"
    bench.store.close()


@pytest.mark.parametrize(("pruner", "new"), PRUNED, ids=named)
def test_a_pruner_never_stops_the_only_leader(tmp_path, pruner, new):
    bench = Bench(tmp_path)
    bench.create(new)
    ledger = bench.ledger(trials=25, pruner=pruner)
    for number in range(24):
        job = ledger.begin()
        run_through(ledger, job.number, 0.1 + number / 1000, latency_ms=30.0)
    assert run_through(ledger, ledger.begin().number, 0.99, latency_ms=30.0)


@pytest.mark.parametrize(("pruner", "new"), [pair for pair in PRUNED if pair[0] not in {"none", "patient"}], ids=named)
def test_a_pruner_stops_weak_trials(tmp_path, pruner, new):
    bench = Bench(tmp_path)
    bench.create(new)
    ledger = bench.ledger(trials=30, pruner=pruner)
    reached = [
        run_through(ledger, ledger.begin().number, 0.9 - number / 100, latency_ms=20.0 + number) for number in range(30)
    ]
    assert reached[10:].count(False) >= 10  # hyperband lets one bracket in three run on


def test_early_stopping_stops_trials_that_get_worse(tmp_path):
    bench = Bench(tmp_path)
    bench.create()
    ledger = bench.ledger(pruner="patient")
    ledger.begin()
    number = ledger.begin().number
    assert [ledger.record(number, evaluated(step, 1 / step)) for step in (1, 9, 27, 54)] == [True, True, True, False]


@pytest.mark.parametrize(("pruner", "new", "database"), RESUMED, ids=named)
def test_a_pruner_survives_a_resume(tmp_path, request, pruner, new, database):
    """Rebuilt from SQL after every third trial, it decides as one that lived through the whole search."""
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else None

    def story(folder: Path, *, restarts: bool) -> list[bool]:
        folder.mkdir()
        bench = Bench(folder, url if restarts else None)
        bench.create(new)
        ledger = bench.ledger(trials=15, pruner=pruner)
        reached = []
        for number in range(15):
            if restarts and number % 3 == 0:
                ledger = bench.ledger(trials=15, pruner=pruner)
            value, latency = ((number * 7) % 11) / 11, ((number * 5) % 13) * 5.0
            reached.append(run_through(ledger, ledger.begin().number, value, latency_ms=latency))
        bench.store.close()
        return reached

    assert story(tmp_path / "whole", restarts=False) == story(tmp_path / "broken", restarts=True)
