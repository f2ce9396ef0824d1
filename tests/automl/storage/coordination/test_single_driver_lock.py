import signal

import pytest

from automl.core.errors import UsageError
from automl.core.workspace import sqlite_url
from automl.storage.coordination.single_driver_lock import sole_driver
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import other_process


def test_a_second_driver_is_refused_until_the_first_one_dies(tmp_path):
    folder = tmp_path / "s"
    with other_process("hold", folder) as holder:
        assert holder.hear() == "held"
        with pytest.raises(UsageError, match="another process searches it"), sole_driver("s", folder):
            pass
        holder.send(signal.SIGKILL)
        holder.end()
        with sole_driver("s", folder):
            pass


def test_a_search_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError), sole_driver("s", tmp_path / "s"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_two_studies_can_be_driven_at_once(tmp_path):
    with sole_driver("s", tmp_path / "s"), sole_driver("t", tmp_path / "t"):
        assert len(list(tmp_path.iterdir())) == 2


def test_one_driver_holds_an_sqlite_study_whatever_its_workspace(tmp_path):
    first, second = StudyStore(sqlite_url(tmp_path)), StudyStore(sqlite_url(tmp_path))
    with first.study("a/b 🦊").sole_driver():
        with second.study("another").sole_driver():
            pass
        with pytest.raises(UsageError), second.study("a/b 🦊").sole_driver():
            pass
    with second.study("a/b 🦊").sole_driver():
        pass
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".lock"] == []


def test_a_postgresql_study_may_have_many_drivers(postgres_url):
    store = StudyStore(postgres_url)
    with store.study("a study").sole_driver(), store.study("a study").sole_driver():
        assert store.is_shared
    store.close()
