from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from automl.core.errors import WorkspaceError
from automl.storage.coordination import row_locks
from automl.storage.coordination.claims import claim, hold
from automl.storage.coordination.driver_list import register
from automl.storage.coordination.process_identity import this_process
from automl.storage.coordination.row_locks import HeldClaims, take_hold, take_study_lock
from automl.storage.database.database import Database
from automl.storage.database.database_errors import is_lock_timeout
from automl.storage.database.locks import let_go
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import made, opened

MINE = "a" * 32


@pytest.fixture
def database(storage_url: str) -> Iterator[Database]:
    """A database of one study, whose only trial runs and is `MINE`."""
    made(storage_url).close()
    store = StudyStore(storage_url)
    trial = opened(store).ask()
    database = Database(storage_url)
    database.run(lambda connection: register(connection, 1, MINE, this_process(), Path()))
    database.run(lambda connection: claim(connection, trial._trial_id, MINE))
    store.close()
    yield database
    database.close()


def test_a_hold_is_given_to_the_owner_alone_and_a_refusal_keeps_no_connection(database):
    assert take_hold(database.engine, 1, "b" * 32, 5) is None
    assert take_hold(database.engine, 99, MINE, 5) is None
    assert database.engine.pool.checkedout() == 0
    connection = take_hold(database.engine, 1, MINE, 5)
    assert connection is not None
    assert database.engine.pool.checkedout() == 1
    let_go(connection)


@pytest.mark.parametrize("storage_url", ["postgresql"], indirect=True)
def test_a_hold_that_another_has_is_waited_for_no_longer_than_it_may_last(database):
    with database.engine.begin() as other:
        assert hold(other, 1, MINE)
        with pytest.raises(DBAPIError) as failure:
            take_hold(database.engine, 1, MINE, 0.2)
        assert is_lock_timeout(failure.value)
        assert database.engine.pool.checkedout() == 1


@pytest.mark.parametrize("storage_url", ["postgresql"], indirect=True)
def test_a_turn_is_waited_for_until_it_is_free_or_nobody_wants_it(database, monkeypatch):
    monkeypatch.setattr(row_locks, "LOCK_SECONDS", 0.1)
    first = take_study_lock(database.engine, 1, 5, lambda: False)
    with pytest.raises(WorkspaceError, match="another driver of the study holds the lock"):
        take_study_lock(database.engine, 1, 5, lambda: True)
    assert database.engine.pool.checkedout() == 1

    def free() -> bool:
        let_go(first)
        return False

    let_go(take_study_lock(database.engine, 1, 5, free))


def test_a_requeue_waits_for_the_end_of_the_hold():
    held = HeldClaims()
    assert not held.defer_requeue(7), "nobody holds it, so it can be requeued at once"
    for trial in (7, 8):
        held.enter(trial)
    assert held.defer_requeue(7)
    assert (held.leave(7), held.leave(8)) == (True, False)
    held.enter(7)
    assert not held.leave(7), "what was asked of an earlier hold is done"
    assert not held.defer_requeue(7)
