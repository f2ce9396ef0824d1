import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from automl.core.errors import WorkspaceError
from automl.core.workspace import sqlite_url
from automl.storage.database import retry
from automl.storage.database.database import Database
from automl.storage.database.retry import RetryPolicy
from automl.storage.database.tables import CREATIONS


class Refused(Exception):
    """What a driver raises when nobody listens."""


Refused.__name__ = "OperationalError"


def names(database):
    return database.run(lambda connection: connection.scalars(select(CREATIONS.c.study_name)).all())


def note(name):
    return lambda connection: connection.execute(CREATIONS.insert().values(study_name=name))


def test_work_is_done_as_a_whole_or_not_at_all(storage_url):
    database = Database(storage_url)

    def fail(connection):
        note("half")(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run(fail)
    database.run(note("whole"))
    assert names(database) == ["whole"]
    database.close()


def test_after_an_outage_the_work_for_a_second_try_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    said = []
    database = Database(sqlite_url(tmp_path), RetryPolicy(said.append, lambda: False))

    def lose(connection):
        raise OperationalError("COMMIT", {}, Refused("connection refused"))

    database.run(lose, note("again"))
    assert names(database) == ["again"]
    assert len(said) == 2
    database.close()


def test_a_failure_without_a_policy_is_told_at_once(tmp_path):
    database = Database(sqlite_url(tmp_path))
    with pytest.raises(WorkspaceError, match="no such table: nowhere"):
        database.run(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    database.close()


def test_a_driver_that_is_not_installed_is_told_with_what_installs_it_and_without_the_password():
    with pytest.raises(WorkspaceError) as failure:
        Database("postgresql+pg8000://me:secret@nowhere/studies")
    assert "needs the Python package 'pg8000'" in str(failure.value)
    assert "pip install 'psycopg[binary]'" in str(failure.value)
    assert "secret" not in str(failure.value)


def test_sqlite_is_for_one_driver_and_survives_a_crash(tmp_path):
    """A write-ahead log with an fsync a checkpoint, on every connection, also after those of before are closed."""
    database = Database(sqlite_url(tmp_path))
    assert not database.is_shared
    for _ in range(2):
        with database.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA synchronous")) == 1
        database.close()


def test_optunas_storage_and_our_connections_see_the_same_database(storage_url):
    database = Database(storage_url)
    trial_id = database.storage.create_new_trial(database.storage.create_new_study([], "a study"))
    query = text("SELECT COUNT(*) FROM trials WHERE trial_id = :id")
    assert database.run(lambda connection: connection.scalar(query, {"id": trial_id})) == 1
    database.close()
