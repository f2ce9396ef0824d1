import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from automl.doctor import copy_sqlite
from automl.doctor.copy_sqlite import MOST_ATTEMPTS, copy_database
from tests.automl.small_study import contents


def rows(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as database:
        return [row[0] for row in database.execute("SELECT x FROM t ORDER BY x")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    return tmp_path / "here" / "studies.db"


def opened(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE IF NOT EXISTS t (x INTEGER)")
    return database


def test_the_copy_has_what_is_only_in_the_log_and_the_original_stays_as_it_is(file, tmp_path):
    with closing(opened(file)) as database:
        database.execute("INSERT INTO t VALUES (1)")
        database.execute("BEGIN")
        database.execute("INSERT INTO t VALUES (2)")
        before = contents(file.parent)
        assert f"{file.name}-wal" in before
        copy = copy_database(file, tmp_path / "there")
        assert copy == tmp_path / "there" / file.name
        assert rows(copy) == [1], "what is not committed is not there"
        assert contents(file.parent) == before


def test_a_copy_that_was_made_while_others_wrote_is_made_again(file, tmp_path, monkeypatch):
    with closing(opened(file)) as database:
        database.execute("INSERT INTO t VALUES (1)")
        copyfile, writes = copy_sqlite.shutil.copyfile, [2, 3]

        def copy(source, target):
            copyfile(source, target)
            if writes:
                database.execute("INSERT INTO t VALUES (?)", (writes.pop(0),))

        monkeypatch.setattr(copy_sqlite.shutil, "copyfile", copy)
        assert rows(copy_database(file, tmp_path / "there")) == [1, 2, 3]


def test_a_database_that_is_written_to_all_the_time_does_not_hold_up_for_ever(file, tmp_path, monkeypatch):
    tries = []

    def copy(source, target):
        tries.append(source)
        with file.open("ab") as written:
            written.write(b"more")

    monkeypatch.setattr(copy_sqlite.shutil, "copyfile", copy)
    file.touch()
    copy_database(file, tmp_path / "there")
    assert len(tries) == MOST_ATTEMPTS


def test_a_log_of_before_is_not_taken_for_that_of_now(file, tmp_path):
    opened(file).close()
    (tmp_path / "there" / "studies.db-wal").write_bytes(b"of another database")
    copy = copy_database(file, tmp_path / "there")
    assert rows(copy) == []
