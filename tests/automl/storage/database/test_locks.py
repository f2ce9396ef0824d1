from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from automl.core.errors import WorkspaceError
from automl.core.workspace import sqlite_url
from automl.storage.database import locks
from automl.storage.database.locks import bound, database_lock, let_go


@pytest.fixture
def engine(storage_url: str) -> Iterator[sqlalchemy.Engine]:
    engine = sqlalchemy.create_engine(storage_url)
    yield engine
    engine.dispose()


def test_a_lock_is_held_by_one_until_its_block_ends_however_it_ends(engine, monkeypatch):
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.1)
    with pytest.raises(ZeroDivisionError), database_lock(engine, "studies"):
        message = r"another process has held its studies lock for 0\.1 s; end that process"
        with pytest.raises(WorkspaceError, match=message), database_lock(engine, "studies"):
            pass
        raise ZeroDivisionError
    with database_lock(engine, "studies"):
        pass


def test_the_locks_are_independent(engine, monkeypatch):
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.1)
    with database_lock(engine, "schema"), database_lock(engine, "studies"):
        pass


def test_a_folder_that_cannot_hold_the_lock_is_told(tmp_path):
    (tmp_path / "file").touch()
    engine = sqlalchemy.create_engine(sqlite_url(tmp_path / "file"))
    with pytest.raises(WorkspaceError, match="must be writable"), database_lock(engine, "schema"):
        pass


def test_a_database_in_memory_needs_no_lock(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    engine = sqlalchemy.create_engine("sqlite://")
    with database_lock(engine, "schema"), database_lock(engine, "schema"):
        pass
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("storage_url", ["postgresql"], indirect=True)
def test_whoever_is_frozen_in_a_transaction_loses_it(engine):
    connection = engine.connect()
    bound(connection, idle_seconds=0.05, wait_seconds=5)
    connection.execute(text("SELECT 1"))
    with pytest.raises(DBAPIError):
        while True:
            engine.connect().execute(text("SELECT pg_sleep(0.1)"))
            connection.execute(text("SELECT 1"))
    let_go(connection)
    assert connection.closed


def test_what_only_held_a_lock_changes_nothing(engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
    connection = engine.connect()
    bound(connection, idle_seconds=5, wait_seconds=5)
    connection.execute(text("INSERT INTO t VALUES (1)"))
    let_go(connection)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT COUNT(*) FROM t")) == 0
