from pathlib import Path

import pytest

from automl.core.errors import UsageError
from automl.core.workspace import Workspace
from automl.storage.open_store import create_store, open_store


@pytest.fixture(autouse=True)
def no_other_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOML_STORAGE_URL", raising=False)


def test_looking_into_an_empty_workspace_makes_no_database(tmp_path: Path) -> None:
    for url in (None, f"sqlite:///{tmp_path / 'typo.db'}", f"sqlite+pysqlite:///{tmp_path / 'typo.db'}"):
        with pytest.raises(UsageError, match=r"there must be a database of studies at '.*\.db', but there is none"):
            open_store(Workspace(tmp_path, url))
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_may_have_any_path(tmp_path: Path) -> None:
    """A URL has other characters for many that a path may have, such as the home of somebody called Jürgen."""
    workspace = Workspace(tmp_path / "jürgen" / "50% (a+b)? #1 @home")
    create_store(workspace).close()
    assert (workspace.folder / "studies.db").is_file()
    open_store(workspace).close()


def test_settings_in_the_url_are_no_part_of_the_path(tmp_path: Path) -> None:
    create_store(Workspace(tmp_path)).close()
    open_store(Workspace(tmp_path, f"sqlite:///{tmp_path / 'studies.db'}?timeout=5")).close()
