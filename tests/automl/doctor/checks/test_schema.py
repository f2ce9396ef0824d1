import pytest
import sqlalchemy
from optuna.storages import RDBStorage
from sqlalchemy import text

from automl.core.errors import WorkspaceError
from automl.core.workspace import Workspace
from automl.doctor.checks.schema import find_old_schema
from automl.storage.database.schema import NEWEST, read_version
from automl.storage.database.tables import VERSION_TABLE
from automl.storage.open_store import create_store


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOML_STORAGE_URL", raising=False)
    return Workspace(tmp_path)


def version(workspace, wanted=None):
    """The version of the tables, after it was set to `wanted`."""
    engine = sqlalchemy.create_engine(workspace.storage_url)
    if wanted is not None:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{wanted}'"))
    found = read_version(engine)
    engine.dispose()
    return found


def test_tables_of_this_version_and_of_a_later_one_are_not_old(workspace):
    """A later one is told by whatever opens the tables."""
    create_store(workspace).close()
    assert list(find_old_schema(workspace, workspace.storage_url)) == []
    version(workspace, "9999")
    assert list(find_old_schema(workspace, workspace.storage_url)) == []


def test_tables_of_another_program_are_told_and_ours_are_added(workspace):
    RDBStorage(workspace.storage_url).engine.dispose()
    (found,) = find_old_schema(workspace, workspace.storage_url)
    assert f"has none of our tables, not of {NEWEST}" in found.sentence
    assert version(workspace) is None, "looking changes nothing"
    found.repair()
    assert version(workspace) == NEWEST
    assert list(find_old_schema(workspace, workspace.storage_url)) == []


def test_an_older_revision_is_told_by_its_number(workspace):
    create_store(workspace).close()
    version(workspace, "0000")
    (found,) = find_old_schema(workspace, workspace.storage_url)
    assert "has tables of revision 0000" in found.sentence


def test_the_copy_is_looked_at_and_the_original_is_told(workspace, tmp_path):
    create_store(workspace).close()
    (tmp_path / "copy").mkdir()
    copy = Workspace(tmp_path / "copy")
    RDBStorage(copy.storage_url).engine.dispose()
    (found,) = find_old_schema(workspace, copy.storage_url)
    assert f"{tmp_path}/studies.db has none" in found.sentence


def test_a_database_that_cannot_be_read_is_told(workspace, tmp_path):
    (tmp_path / "studies.db").write_text("this is not a database, and it is long enough to look like one")
    with pytest.raises(WorkspaceError, match="file is not a database"):
        list(find_old_schema(workspace, workspace.storage_url))
    with pytest.raises(WorkspaceError, match="needs the Python package 'pg8000'") as failure:
        list(find_old_schema(workspace, "postgresql+pg8000://me:secret@nowhere/studies"))
    assert "secret" not in str(failure.value)
