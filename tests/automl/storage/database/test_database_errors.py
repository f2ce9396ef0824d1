import sqlite3
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import text

from automl.core.errors import WorkspaceError
from automl.core.workspace import sqlite_url
from automl.storage.database.retry import RetryPolicy
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, made


def impatient(work):
    """Runs it with a patience that would wait for ever."""
    return RetryPolicy(lambda _: None, lambda: False).run(work)


def sqlite_engine(path: Path, **options: object) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(f"sqlite:///{path}", connect_args={"timeout": 0, **options})


def test_a_full_disk_is_told_at_once(tmp_path):
    engine = sqlite_engine(tmp_path / "full.db")

    def fill() -> None:
        with engine.begin() as connection:
            connection.execute(text("PRAGMA max_page_count = 3"))
            connection.execute(text("CREATE TABLE IF NOT EXISTS t (x TEXT)"))
            connection.execute(text("INSERT INTO t VALUES (:x)"), {"x": "x" * 100_000})

    with pytest.raises(WorkspaceError, match="its disk is full; free some space"):
        impatient(fill)


def test_a_database_that_cannot_be_written_to_is_told_at_once(tmp_path):
    made(sqlite_url(tmp_path)).close()
    address = f"sqlite:///file:{tmp_path / 'studies.db'}?mode=ro&uri=true"

    def write() -> None:
        with sqlalchemy.create_engine(address).begin() as connection:
            connection.execute(text("DELETE FROM trials"))

    with pytest.raises(WorkspaceError, match="cannot be written to"):
        impatient(write)


def test_a_standby_server_is_told_at_once(postgres_url):
    engine = sqlalchemy.create_engine(postgres_url)

    def write() -> None:
        with engine.begin() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text("CREATE TABLE t (x INTEGER)"))

    with pytest.raises(WorkspaceError, match="standby"):
        impatient(write)
    engine.dispose()


def test_a_damaged_file_is_told_at_once(tmp_path):
    (tmp_path / "studies.db").write_text("this is not a database, and it is long enough to look like one")
    with pytest.raises(WorkspaceError, match="must be one that can be opened"):
        StudyStore(sqlite_url(tmp_path), RetryPolicy(lambda _: None, lambda: False))


def test_a_file_that_another_process_writes_to_is_waited_for(tmp_path):
    path, said = tmp_path / "busy.db", []
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE t (x INTEGER)")
    other.execute("BEGIN EXCLUSIVE")
    engine = sqlite_engine(path)

    def say(sentence: str) -> None:
        said.append(sentence)
        if other.in_transaction:
            other.execute("COMMIT")

    def write() -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO t VALUES (1)"))

    RetryPolicy(say, lambda: False).run(write)
    assert len(said) == 2
    assert "locked" in said[0]
    assert other.execute("SELECT COUNT(*) FROM t").fetchone() == (1,)
    other.close()


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(WorkspaceError, match="unable to open"):
        StudyStore(sqlite_url(tmp_path / "nowhere"))


def test_tables_that_are_gone_are_no_outage(postgres, postgres_database, postgres_url):
    store = StudyStore(postgres_url, RetryPolicy(lambda _: None, lambda: False))
    postgres.execute("DROP TABLE trials CASCADE", postgres_database)
    with pytest.raises(WorkspaceError, match="does not exist"):
        store.create(NEW, {"x": 1.0})
    store.close()
