from pathlib import Path

import pytest

from automl.core.events import StopReason
from tests.automl.engine.helpers import NEW, Bench, ended
from tests.waiting import wait_until
from trials.protocol import TrialEnd


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.create()
    return made


def test_a_search_in_which_nothing_ever_works_gives_up(bench):
    ledger = bench.ledger(trials=1000)
    while (job := ledger.begin()) is not None:
        ledger.record(job.number, ended(TrialEnd.ERROR, "broken"))
    assert ledger.close() == StopReason.FAILED
    assert len(bench.ends()) < 20


def test_a_search_whose_workers_all_die_gives_up(bench):
    ledger = bench.ledger(trials=1000)
    while (job := ledger.begin()) is not None:
        ledger.lose(job.number, "killed")
    assert ledger.close() == StopReason.FAILED
    assert len(bench.ends()) < 20


def test_the_time_budget_ends_the_search(bench):
    ledger = bench.ledger(seconds=0.0)
    assert ledger.over
    assert ledger.begin() is None
    assert ledger.close() == StopReason.TIME


def test_a_request_to_stop_is_heard(bench):
    ledger = bench.ledger()
    bench.store.study(NEW.name).request_stop()
    with ledger._driver:  # its heart hears of the request
        wait_until(lambda: ledger._driver.stop_requested)
    ledger.check()
    assert ledger.over
    assert ledger.close() == StopReason.REQUESTED


def test_the_first_reason_is_the_one_that_counts(bench):
    ledger = bench.ledger(seconds=0.0)
    ledger.stop(StopReason.INTERRUPTED)
    ledger.stop(StopReason.DISK)
    assert ledger.over and ledger.close() == StopReason.INTERRUPTED


def test_a_lost_database_is_the_reason_whatever_was_requested_before(bench):
    ledger = bench.ledger()
    ledger.begin()
    ledger.stop(StopReason.INTERRUPTED)
    assert ledger.abandon() == StopReason.FAILED
    assert bench.ends() == {0: None}, "its trial is left as it is"
