import time

import pytest
import sqlalchemy
from optuna.trial import TrialState
from sqlalchemy import delete

from automl.storage.database.tables import CLAIMS
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, begin, elsewhere, made, opened, states
from tests.waiting import wait_until
from trials.protocol import TrialEnd

BEAT = 0.05
GRACE = 0.5


def join(store, tmp_path, **options):
    return store.study(NEW.name).join(tmp_path, beat_seconds=BEAT, grace_seconds=GRACE, **options)


def shared(store):
    """Two drivers at once are for databases that can be shared."""
    return store.is_shared


def test_drivers_are_counted_and_known_until_they_end(store, tmp_path):
    with join(store, tmp_path, driver_id="d" * 32) as first, join(store, tmp_path) as second:
        assert (first.ordinal, second.ordinal) == (0, 1)
        known = store.study(NEW.name).drivers()
        assert [(driver.id, driver.alive, driver.stop_requested) for driver in known] == [
            ("d" * 32, True, False),
            (second.id, True, False),
        ]
        assert known[0].workspace == tmp_path.resolve()
    assert store.study(NEW.name).drivers() == []
    assert join(store, tmp_path).ordinal == 2


def test_a_driver_elsewhere_is_not_known_to_live_before_it_was_seen_to_beat(store, tmp_path):
    with join(store, tmp_path, process=elsewhere()):
        assert store.study(NEW.name).drivers()[0].alive is None
        wait_until(lambda: store.study(NEW.name).drivers()[0].alive is True)


def test_a_request_to_stop_reaches_every_driver(store, tmp_path):
    with join(store, tmp_path) as first, join(store, tmp_path) as second:
        assert not first.stop_requested
        assert store.study(NEW.name).request_stop() == 2
        wait_until(lambda: first.stop_requested and second.stop_requested)
        assert all(driver.stop_requested for driver in store.study(NEW.name).drivers())
    with join(store, tmp_path) as third:
        time.sleep(3 * BEAT)
        assert not third.stop_requested
    assert store.study(NEW.name).request_stop() == 0


def test_a_trial_belongs_to_the_driver_that_claimed_it(store, tmp_path):
    with join(store, tmp_path) as driver:
        study = opened(store)
        number = begin(study, driver)
        assert store.study(NEW.name).drivers()[0].trials == (number,)
        with driver.owning(number) as ours:
            assert ours
            study.tell(number, 0.5)
        assert store.study(NEW.name).drivers()[0].trials == ()


def test_a_trial_that_is_put_back_waits_without_an_owner(store, tmp_path):
    with join(store, tmp_path) as driver:
        study = opened(store)
        number = begin(study, driver)
        with driver.owning(number):
            store.study(NEW.name).requeue(number)
        assert states(store) == {number: "WAITING"}
        assert store.study(NEW.name).drivers()[0].trials == ()
        assert study._storage.begun() == 0
        store.study(NEW.name).requeue(number)
        assert begin(study, driver) == number
        store.study(NEW.name).requeue(number)
        assert states(store) == {number: "WAITING"}


def test_a_trial_that_has_ended_cannot_be_put_back(store, tmp_path):
    with join(store, tmp_path) as driver:
        study = opened(store)
        number = begin(study, driver)
        study.tell(number, 0.5)
        store.study(NEW.name).requeue(number)
    assert states(store) == {number: "COMPLETE"}


def test_trials_of_a_driver_that_ended_are_taken_over(store, tmp_path):
    study = opened(store)
    with join(store, tmp_path) as dead:
        numbers = [begin(study, dead) for _ in range(2)]
    with join(store, tmp_path) as heir:
        assert heir.waits_for_others()
        assert heir.take_over() == numbers
        assert heir.take_over() == []
        assert not heir.waits_for_others()
        assert [begin(study, heir) for _ in range(2)] == numbers
        trials = store.study(NEW.name).record().trials
    assert [(trial.end, trial.cause) for trial in trials] == [(TrialEnd.PREEMPTED, "its driver died")] * 2


def test_a_driver_keeps_its_own_trials(store, tmp_path):
    with join(store, tmp_path) as driver:
        begin(opened(store), driver)
        time.sleep(2 * GRACE)
        assert driver.take_over() == []
        assert not driver.waits_for_others()


def test_a_trial_that_nobody_claimed_is_taken_over_at_once(store, tmp_path):
    trial = opened(store).ask()
    with join(store, tmp_path) as driver:
        assert driver.waits_for_others()
        assert driver.take_over() == [trial.number]
    assert states(store) == {0: "WAITING"}


def test_a_turn_begins_with_what_another_left_unclaimed(store, tmp_path):
    study = opened(store)
    lost = study.ask()
    with join(store, tmp_path) as driver:
        assert begin(study, driver) == lost.number
        with driver.owning(lost.number) as ours:
            assert ours


def test_a_claim_without_a_known_driver_is_no_claim(store, tmp_path, storage_url):
    with join(store, tmp_path) as driver:
        number = begin(opened(store), driver)
    engine = sqlalchemy.create_engine(storage_url)
    with engine.begin() as connection:
        connection.execute(delete(CLAIMS.metadata.tables["automl_drivers"]))
    engine.dispose()
    with join(store, tmp_path) as driver:
        assert driver.take_over() == [number]


def test_begun_counts_all_trials_but_those_that_wait(store, tmp_path):
    study = opened(store)
    with join(store, tmp_path) as driver:
        numbers = [begin(study, driver) for _ in range(3)]
        study.tell(numbers[0], 0.5)
        study.tell(numbers[1], state=TrialState.FAIL)
        assert study._storage.begun() == 3
        store.study(NEW.name).requeue(numbers[2])
        assert study._storage.begun() == 2


def test_a_driver_that_is_alive_loses_nothing_to_another(postgres_url, tmp_path):
    store, other = made(postgres_url), StudyStore(postgres_url)
    with join(store, tmp_path, process=elsewhere()) as owner, join(other, tmp_path) as watcher:
        number = begin(opened(store), owner)
        assert watcher.waits_for_others()
        wait_until(lambda: not watcher.waits_for_others())
        end = time.monotonic() + 3 * GRACE
        while time.monotonic() < end:
            assert watcher.take_over() == []
            time.sleep(BEAT)
        with owner.owning(number) as ours:
            assert ours
        with watcher.owning(number) as ours:
            assert not ours
    store.close()
    other.close()


def test_a_driver_that_is_taken_for_dead_loses_its_trial_and_nothing_more(postgres_url, tmp_path):
    store, other = made(postgres_url), StudyStore(postgres_url)
    owner = join(store, tmp_path, process=elsewhere())  # it does not beat
    study = opened(store)
    number = begin(study, owner)
    with join(other, tmp_path) as heir:
        begun = time.monotonic()
        wait_until(lambda: heir.take_over() == [number])
        assert time.monotonic() - begun >= GRACE
        assert begin(opened(other), heir) == number
        with owner.owning(number) as ours:
            assert not ours
        owner.claim(number)  # too late
        with heir.owning(number) as ours:
            assert ours
        next_one = begin(study, owner)
        assert next_one == number + 1
        with owner.owning(next_one) as ours:
            assert ours
    store.close()
    other.close()


def test_the_wait_for_a_turn_can_be_given_up(postgres_url, tmp_path, monkeypatch):
    from automl.core.errors import WorkspaceError
    from automl.storage.coordination import row_locks

    monkeypatch.setattr(row_locks, "LOCK_SECONDS", 0.1)
    store, other = made(postgres_url), StudyStore(postgres_url)
    with join(store, tmp_path) as holder, join(other, tmp_path) as impatient, holder.study_lock():
        assert impatient.take_over() == []
        with pytest.raises(WorkspaceError, match="given up"), impatient.study_lock():
            pass
    store.close()
    other.close()
