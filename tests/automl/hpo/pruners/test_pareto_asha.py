"""Pruning with several objectives, and with constraints."""

from dataclasses import replace

import pytest

from automl.core.events import TrialEnded
from tests.automl.engine.helpers import NEW, TWO, Bench, evaluated, run_through
from tests.automl.goals import goals_for
from trials.protocol import TrialEnd


def begun(ledger, count: int = 1) -> list[int]:
    return [ledger.begin().number for _ in range(count)]


def test_at_a_rung_the_front_goes_on_and_what_it_dominates_does_not(tmp_path):
    bench = Bench(tmp_path)
    bench.create(TWO)
    ledger = bench.ledger(pruner="asha")
    numbers = begun(ledger, 10)
    front = {1: (0.9, 50.0), 2: (0.8, 20.0), 3: (0.7, 10.0)}
    goes_on = {
        number: ledger.record(number, evaluated(9, value, latency_ms=latency))
        for number in numbers
        for value, latency in [front.get(number, (0.5 - number / 100, 60.0 + number))]
    }
    assert all(goes_on[number] for number in front)
    assert not any(goes_on[number] for number in (5, 6, 7, 8, 9)), "worse than what was there in both"


def test_what_keeps_the_constraints_goes_before_what_does_not(tmp_path):
    """Of one objective, with a bound on a score, which a trial may yet reach."""
    bench = Bench(tmp_path)
    bench.create(replace(NEW, goals=goals_for("macro_f1", constraints=["recall>=0.5"])))
    ledger = bench.ledger(pruner="asha")
    numbers = begun(ledger, 7)
    told = {1: (0.6, 0.9), 2: (0.55, 0.8), 3: (0.99, 0.1), 4: (0.98, 0.2), 5: (0.7, 0.7), 6: (0.99, 0.3)}
    goes_on = {
        number: ledger.record(number, evaluated(9, told[number][0], recall=told[number][1])) for number in numbers[1:]
    }
    assert goes_on == {1: True, 2: False, 3: False, 4: False, 5: True, 6: False}


def test_a_cost_that_no_training_mends_ends_a_trial_at_its_first_look_but_never_trial_0(tmp_path):
    bench = Bench(tmp_path)
    bench.create(replace(NEW, goals=goals_for("macro_f1", constraints=["latency_ms<=20"])))
    ledger = bench.ledger()
    first, slow, quick = begun(ledger, 3)
    assert ledger.record(first, evaluated(1, 0.1, latency_ms=31.24))
    assert not ledger.record(slow, evaluated(1, 0.9, latency_ms=31.24))
    assert ledger.record(quick, evaluated(1, 0.1, latency_ms=20.0))
    ended = [event for event in bench.events if isinstance(event, TrialEnded)]
    assert [(event.number, event.end, event.cause) for event in ended] == [
        (slow, TrialEnd.PRUNED, "latency_ms<=20 must hold, and it is 31.24")
    ]


def test_between_two_rungs_a_trial_is_stopped_that_has_fallen_behind(tmp_path):
    bench = Bench(tmp_path)
    bench.create(TWO)
    ledger = bench.ledger(pruner="asha")
    early, *others = begun(ledger, 5)[1:]
    assert ledger.record(early, evaluated(9, 0.2, latency_ms=50.0)), "who comes first goes on, however bad"
    assert ledger.record(early, evaluated(18, 0.2, latency_ms=50.0)), "nobody else is there"
    for number in others:
        ledger.record(number, evaluated(9, 0.8 + number / 100, latency_ms=10.0 + number))
    assert not ledger.record(early, evaluated(20, 0.2, latency_ms=50.0))


def test_what_another_driver_noted_counts(tmp_path, postgres_url):
    bench = Bench(tmp_path, postgres_url)
    bench.create(TWO)
    ours, theirs = bench.ledger(), bench.ledger()
    (mine,) = begun(ours, 2)[1:]
    for number in begun(theirs, 3):
        theirs.record(number, evaluated(9, 0.9, latency_ms=5.0))
    assert not ours.record(mine, evaluated(9, 0.5, latency_ms=50.0))
    bench.store.close()


def test_a_resumed_trial_is_told_complete_with_all_its_values(tmp_path, storage_url):
    """Its evaluations are there already; only its end is new."""
    bench = Bench(tmp_path, storage_url)
    bench.create(replace(TWO, goals=goals_for("macro_f1", "latency_ms", constraints=["latency_ms<=20"])))
    ledger = bench.ledger(trials=2)
    (number,) = begun(ledger, 2)[1:]
    ledger.record(number, evaluated(54, 0.7, latency_ms=12.5))
    ledger.close()
    bench.save_model(number)
    again = bench.ledger(trials=2)
    assert begun(again, 2) == [0, number]
    assert run_through(again, 0, 0.5, latency_ms=30.0)
    again.record(number, evaluated(81, 0.75, TrialEnd.COMPLETED, latency_ms=12.5))
    frozen = again._queue._study.get_trials()
    assert frozen[number].values == [0.75, 12.5]
    assert frozen[0].values == [0.5, 30.0]
    assert frozen[number].constraints["latency_ms<=20"] < 0 < frozen[0].constraints["latency_ms<=20"]
    assert [trial.number for trial in again._queue._study.best_trials] == [number], "as Optuna's own tools see it"
    bench.store.close()


@pytest.mark.parametrize("end", [TrialEnd.OUT_OF_MEMORY, TrialEnd.DIVERGED])
def test_one_that_could_not_be_trained_is_worse_than_any_that_breaks_a_bound(tmp_path, end):
    bench = Bench(tmp_path)
    bench.create(replace(TWO, goals=goals_for("macro_f1", "latency_ms", constraints=["latency_ms<=20", "bytes<=1"])))
    ledger = bench.ledger(pruner="none")
    number, broken = begun(ledger, 3)[1:]
    ledger.record(number, replace(evaluated(9, 0.5, latency_ms=1.0, bytes=1.0), end=end, cause="why"))
    ledger.record(broken, evaluated(81, 0.5, TrialEnd.COMPLETED, latency_ms=1e9, bytes=1e12))
    sums = [sum(max(0.0, each) for each in trial.constraints.values()) for trial in ledger._queue._study.get_trials()]
    assert sums[number] > sums[broken] > 1
