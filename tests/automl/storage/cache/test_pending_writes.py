import optuna
import pytest

from automl.storage.cache.pending_writes import PendingWrites
from automl.storage.database.database import Database


@pytest.fixture
def database(storage_url):
    database = Database(storage_url)
    yield database
    database.close()


@pytest.fixture
def theirs(database):
    """The study as Optuna's own storage has it, with two trials that run."""
    study = optuna.create_study(storage=database.storage)
    study.ask(), study.ask()
    return study


def note(writes, trial, value):
    with writes.of(trial._trial_id) as batch:
        batch.attributes["seen"] = value


def seen(study):
    return [trial.user_attrs.get("seen") for trial in study.get_trials()]


def test_a_write_is_in_the_database_at_once_or_with_the_others_of_its_block(database, theirs):
    writes = PendingWrites(database)
    first, second = theirs.trials
    note(writes, first, 1)
    assert seen(theirs) == [1, None]
    with writes.together():
        note(writes, first, 2)
        note(writes, second, 2)
        assert seen(theirs) == [1, None]
    assert seen(theirs) == [2, 2]
    assert writes.lost == set()


def test_trials_whose_writes_are_lost_are_named(database, theirs, monkeypatch):
    writes = PendingWrites(database)
    first, second = theirs.trials
    with pytest.raises(ZeroDivisionError), writes.together():
        note(writes, first, 1)
        raise ZeroDivisionError
    assert writes.lost == {first._trial_id}

    def unreachable(*_):
        raise ConnectionError

    monkeypatch.setattr(database, "run", unreachable)
    with pytest.raises(ConnectionError):
        note(writes, second, 1)
    assert writes.lost == {first._trial_id, second._trial_id}
    monkeypatch.undo()
    note(writes, second, 2)
    assert seen(theirs) == [None, 2], "what is lost is not written later"
