"""What befalls a trial from outside: lost workers, other drivers, and half-written evaluations."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from automl.core.events import TrialTaken
from automl.storage import attributes
from automl.storage.study_store import StudyStore
from tests.automl.engine.helpers import NEW, Bench, evaluated, run_through
from tests.automl.storage.studies import elsewhere
from tests.waiting import wait_until
from trials.protocol import TrialEnd


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.create()
    return made


def test_a_lost_worker_costs_its_trial_nothing_but_time_and_then_the_trial_is_blamed(bench):
    ledger = bench.ledger(trials=1)
    for _ in range(2):
        number = ledger.begin().number
        assert not ledger.exhausted
        ledger.lose(number, "killed")
        assert bench.ends()[0] == TrialEnd.PREEMPTED
    ledger.lose(ledger.begin().number, "killed")
    assert bench.ends()[0] == TrialEnd.ERROR
    assert ledger.exhausted


def test_a_trial_that_got_further_may_be_lost_again(bench):
    ledger = bench.ledger(trials=1)
    for step in (1, 9, 27, 54):
        ledger.begin()
        bench.save_model(0)
        ledger.record(0, evaluated(step, 0.5))
        ledger.lose(0, "killed")
        assert bench.ends()[0] == TrialEnd.PREEMPTED
    assert ledger.begin().told == 54


def test_a_worker_killed_for_memory_is_followed_by_smaller_parts_and_at_last_by_an_end(bench):
    ledger = bench.ledger(trials=1)
    parts = []
    for _ in range(3):
        parts.append(ledger.begin().batch_parts)
        ledger.lose(0, "the node ran out of memory", out_of_memory=True)
    assert parts == [1, 2, 4]
    assert bench.ends()[0] == TrialEnd.OUT_OF_MEMORY
    assert bench.store.study(NEW.name).record().trials[0].state == "PRUNED"


def test_an_evaluation_of_which_only_half_was_written_is_made_whole(bench):
    ledger = bench.ledger()
    ledger.begin()
    bench.save_model(0)
    ledger.record(0, evaluated(9, 0.5))
    torn = evaluated(27, 0.7).evaluation
    ledger._folders.note(0, torn)
    ledger._running[0].trial.set_user_attr(attributes.evaluation_key(27), asdict(torn))  # and then the driver died

    again = bench.ledger()
    job = again.begin()
    assert (job.told, job.best) == (27, 0.7)
    assert again._queue._study.get_trials()[0].intermediate_values == {9: 0.5, 27: 0.7}
    assert run_through(again, 0, 0.6)


def test_a_trial_that_another_driver_took_is_let_go(tmp_path, postgres_url, monkeypatch):
    bench = Bench(tmp_path)
    bench.store = StudyStore(postgres_url)
    bench.create()
    ledger = bench.ledger()
    ledger.begin()
    with bench.store.study(NEW.name).join(tmp_path, process=elsewhere(), grace_seconds=0.0) as other:
        wait_until(lambda: other.take_over() == [0])
    bench.events.clear()
    left = []
    monkeypatch.setattr(bench.copies, "leave", left.append)
    assert not ledger.record(0, evaluated(9, 0.9))
    assert bench.events == [TrialTaken(0)]
    assert left == [0], "nor is anything of it copied any more"
    (trial, *_) = bench.store.study(NEW.name).record().trials
    assert not trial.evaluations, "what a former owner says is not written"


def test_a_trial_that_began_anew_is_known_by_its_new_model(tmp_path):
    """Its state was of no use any more; it has a better model earlier, in place of the one that was told of."""
    bench = Bench(tmp_path)
    bench.create()
    ledger = bench.ledger()
    ledger.begin()
    bench.save_model(0)
    for step in (1, 9, 27, 54):
        ledger.record(0, evaluated(step, step / 100))
    ledger.close()
    again = bench.ledger()
    assert again.begin().told == 54
    worse = evaluated(1, 0.01)
    again.record(0, replace(worse, evaluation=replace(worse.evaluation, is_best=False)))
    again.record(0, evaluated(9, 0.8))
    (trial, *_) = bench.store.study(NEW.name).record().trials
    assert ([each.step for each in trial.evaluations], trial.best.step) == ([1, 9], 9)
    assert again._folders.has_best(0, trial.best)
    later = evaluated(27, 0.7)
    again.record(0, replace(later, evaluation=replace(later.evaluation, is_best=False)))
    (trial, *_) = bench.store.study(NEW.name).record().trials
    assert ([each.step for each in trial.evaluations], trial.best.step) == ([1, 9, 27], 9)
    bench.store.close()
