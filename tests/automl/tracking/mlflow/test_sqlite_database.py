import sqlite3
from pathlib import Path

import pytest
from mlflow import MlflowClient

from automl.core import Workspace
from automl.tracking.mlflow import sqlite_database, sqlite_file
from automl.tracking.mlflow.sqlite_database import make_database


@pytest.fixture
def home(tmp_path_factory, monkeypatch) -> Path:
    """A home where nothing is kept yet."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    return home


def tables(file: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(file) as connection:
        return connection.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()


def test_the_next_workspace_has_a_copy_with_a_first_experiment_of_its_own(tmp_path: Path, home, monkeypatch) -> None:
    places = [tmp_path / name for name in ("first", "second")]
    for place in places:
        place.mkdir()
        monkeypatch.chdir(place)  # MLflow's own experiment keeps its files below the folder where it is made
        make_database(f"sqlite:///{place / 'mlflow.db'}")
        monkeypatch.setattr(sqlite_database, "MlflowClient", None)  # from now on nothing is made anew
    first, second = (place / "mlflow.db" for place in places)
    assert tables(first) == tables(second)
    experiments = MlflowClient(f"sqlite:///{second}").search_experiments()
    assert [(each.name, each.artifact_location) for each in experiments] == [("Default", f"{places[1]}/mlruns/0")]
    assert [path.suffix for path in (home / "automl").iterdir()] == [".db"]


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\x00, and then the power went", b"not a database" * 100])
def test_a_damaged_copy_is_made_anew(tmp_path: Path, home, damage: bytes) -> None:
    make_database(f"sqlite:///{tmp_path / 'first.db'}")
    (kept,) = (home / "automl").iterdir()
    kept.write_bytes(damage)
    make_database(f"sqlite:///{tmp_path / 'second.db'}")
    assert tables(tmp_path / "second.db") == tables(tmp_path / "first.db") == tables(kept)


def _checked(connection: sqlite3.Connection) -> list[tuple[str]] | sqlite3.Error:
    try:
        return connection.execute("PRAGMA quick_check").fetchall()
    except sqlite3.Error as error:
        return error


def test_a_copy_with_a_broken_page_is_made_anew(tmp_path: Path, home) -> None:
    make_database(f"sqlite:///{tmp_path / 'first.db'}")
    (kept,) = (home / "automl").iterdir()
    whole = kept.read_bytes()
    for page in range(2, 30):
        kept.write_bytes(whole[: 4096 * page] + bytes(4096) + whole[4096 * (page + 1) :])
        with sqlite3.connect(kept) as connection:
            if not isinstance(found := _checked(connection), sqlite3.Error) and found != [("ok",)]:
                break  # it can be opened, and is broken
    else:
        pytest.fail("no page is missed by those who only open a database")
    make_database(f"sqlite:///{tmp_path / 'next.db'}")
    for file in (tmp_path / "next.db", kept):
        with sqlite3.connect(file) as connection:
            assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]


def test_a_user_without_a_home_has_one_all_the_same(tmp_path: Path, monkeypatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    make_database(uri)
    assert MlflowClient(uri).create_experiment("study")


def test_what_is_kept_is_the_user_s_own(tmp_path: Path, home) -> None:
    make_database(f"sqlite:///{tmp_path / 'mlflow.db'}")
    assert (home / "automl").stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_kept_it_is_made_all_the_same(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    make_database(uri)
    assert MlflowClient(uri).create_experiment("study")


def test_what_a_killed_process_left_half_made_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".mlflow.db.new").write_bytes(b"SQLite format 3\x00, and then the power went")
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    make_database(uri)
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]
    assert MlflowClient(uri).create_experiment("study")


def test_a_database_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    make_database(uri)
    made = MlflowClient(uri).create_experiment("study")
    make_database(uri)
    assert MlflowClient(uri).get_experiment(made).name == "study"


@pytest.mark.parametrize("name", ["r?x=1", "50%41", "a#1"])
def test_a_workspace_may_have_any_name(tmp_path: Path, name: str) -> None:
    workspace = Workspace(tmp_path / name)
    make_database(workspace.tracking_uri)
    assert MlflowClient(workspace.tracking_uri).create_experiment("study")
    file = workspace.folder / "mlflow.db"
    assert sqlite_file(workspace.tracking_uri) == file
    # MLflow itself makes an empty folder whose name is escaped.
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
