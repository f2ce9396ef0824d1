"""Two drivers of one PostgreSQL study, each a process of its own, and one of them dies or freezes."""

import signal
import time

import pytest

from tests.automl.storage.studies import NEW, begin, made, opened, other_process, states
from tests.waiting import wait_until

LIMIT = 24


@pytest.fixture
def store(postgres_url):
    store = made(postgres_url)
    yield store
    store.close()


def test_two_processes_run_every_trial_once_and_exactly_as_many_as_they_may(store, postgres_url, tmp_path):
    arguments = ("share", postgres_url, tmp_path, LIMIT, 0.01)
    with other_process(*arguments) as one, other_process(*arguments) as two:
        assert (one.hear(), two.hear()) == ("ready", "ready")
        ran = (one.hear(), two.hear())
    assert sorted(ran[0] + ran[1]) == list(range(LIMIT))
    assert min(map(len, ran)) > 0
    assert states(store) == dict.fromkeys(range(LIMIT), "COMPLETE")


def test_trials_of_a_killed_driver_of_this_machine_are_taken_over_at_once(store, postgres_url, tmp_path):
    with (
        other_process("claim", postgres_url, tmp_path, 0.2, 3600, "here") as other,
        store.study(NEW.name).join(tmp_path, grace_seconds=3600) as driver,
    ):
        numbers = other.hear()
        assert [known.alive for known in store.study(NEW.name).drivers()] == [True, True]
        assert driver.take_over() == []
        other.send(signal.SIGKILL)
        other.end()
        assert [known.alive for known in store.study(NEW.name).drivers()] == [True, False]
        assert driver.take_over() == numbers
        assert [known.id for known in store.study(NEW.name).drivers()] == [driver.id]
        assert [begin(opened(store), driver) for _ in numbers] == numbers


def test_a_frozen_driver_loses_its_trials_after_its_grace_and_knows_it_afterwards(store, postgres_url, tmp_path):
    with (
        other_process("claim", postgres_url, tmp_path, 0.1, 1.0, "elsewhere") as other,
        store.study(NEW.name).join(tmp_path, beat_seconds=0.1, grace_seconds=1.0) as driver,
    ):
        numbers = other.hear()
        wait_until(lambda: not driver.waits_for_others())
        other.send(signal.SIGSTOP)
        stopped = time.monotonic()
        taken = []
        wait_until(lambda: taken.extend(driver.take_over()) or taken)
        assert time.monotonic() - stopped >= 0.8
        assert taken == numbers
        assert [begin(opened(store), driver) for _ in numbers] == numbers
        other.send(signal.SIGCONT)
        wait_until(lambda: len(store.study(NEW.name).drivers()) == 2)  # it lives after all
        store.study(NEW.name).request_stop()
        assert [other.hear(), other.hear()] == [False, False]
        for number in numbers:
            with driver.owning(number) as ours:
                assert ours


def test_a_driver_that_freezes_in_its_turn_does_not_stop_the_others(store, postgres_url, tmp_path):
    with other_process("be_frozen_in_turn", postgres_url, tmp_path) as other:
        assert other.hear() == "turn"
        other.send(signal.SIGSTOP)
        with store.study(NEW.name).join(tmp_path) as driver:
            begun = time.monotonic()
            assert begin(opened(store), driver) == 0
            assert time.monotonic() - begun < 10


def test_a_driver_that_dies_before_it_has_claimed_its_trial_loses_it_to_the_next_turn(store, postgres_url, tmp_path):
    with other_process("die_before_claiming", postgres_url, tmp_path) as other:
        number = other.hear()
        other.send(signal.SIGKILL)
        other.end()
    with store.study(NEW.name).join(tmp_path) as driver:
        assert begin(opened(store), driver) == number
    assert states(store) == {number: "RUNNING"}
