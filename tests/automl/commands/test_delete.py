import json
import sqlite3
from contextlib import closing

import pytest

from automl.commands.delete import delete, survey
from automl.core.errors import UsageError, WorkspaceError
from automl.core.workspace import Workspace
from automl.storage.open_store import open_store
from automl.storage.study_store import NewStudy
from tests.automl.goals import MACRO_F1
from tests.automl.small_study import STUDY, contents, make_model


@pytest.fixture
def store(place: Workspace):
    made = open_store(place)
    yield made
    made.close()


def quiet(_: str) -> None:
    """Nobody listens."""


def test_what_is_shown_before(place, store):
    before = contents(place.study(STUDY).folder)
    found = survey(store.study(STUDY), place, store)
    assert (len(found.record.trials), found.models, found.bytes_on_disk, found.runs) == (3, 2, 8, 2)
    assert "models in" in found.lines()[1] and "2 (8 bytes)" in found.lines()[1]
    assert contents(place.study(STUDY).folder) == before


def test_nothing_of_it_is_left_and_others_stay(place, store):
    make_model(place.study("other").model(0))
    delete(survey(store.study(STUDY), place, store), place, quiet)
    assert store.names() == []
    assert not place.study(STUDY).folder.exists() and place.study("other").model(0).is_dir()
    with closing(sqlite3.connect(place.folder / "mlflow.db")) as database:
        assert database.execute("SELECT count(*) FROM runs").fetchone() == (0,)
    assert list(place.folder.glob(".*.lock")) == []


def test_while_a_driver_lives_it_is_refused(place, store):
    found = survey(store.study(STUDY), place, store)
    with store.study(STUDY).join(place.folder), pytest.raises(UsageError, match="automl stop s"):
        delete(found, place, quiet)
    with store.study(STUDY).sole_driver(), pytest.raises(UsageError, match="another process searches it"):
        delete(found, place, quiet)
    assert place.study(STUDY).folder.exists() and store.names() == [STUDY]


def test_cut_short_it_can_be_said_again(place, store):
    away = Workspace(place.folder, tracking="http://127.0.0.1:9")
    found = survey(store.study(STUDY), place, store)
    gone = type(found)(**{**vars(found), "tracking_uri": away.tracking_uri})
    with pytest.raises(WorkspaceError, match="must answer"):
        delete(gone, away, quiet)
    assert not place.study(STUDY).folder.exists() and store.names() == [STUDY]
    delete(survey(store.study(STUDY), place, store), place, quiet)
    assert store.names() == []


def test_copies_in_a_second_place_go_and_what_was_handed_over_there_stays(tmp_path, place, store):
    shared = tmp_path / "shared"
    experiment = json.dumps({"storage_path": str(shared)})
    store.create(NewStudy("copied", MACRO_F1, experiment, "abc", 810, 64), {"depth": 1})
    uuid = store.study("copied").record().uuid
    for file in (f"trials/{uuid}/00000-model-81.tar", "trials/another/00000-model-81.tar", "best/config.json"):
        (shared / "copied" / file).parent.mkdir(parents=True)
        (shared / "copied" / file).touch()
    found = survey(store.study("copied"), place, store)
    assert f"copies of trials' files in {shared}/copied/trials/{uuid}" in found.lines()
    delete(found, place, quiet)
    left = {path.relative_to(shared).as_posix() for path in shared.rglob("*") if path.is_file()}
    assert left == {"copied/trials/another/00000-model-81.tar", "copied/best/config.json"}


def test_a_second_place_that_cannot_be_cleared_keeps_the_study(tmp_path, place, store):
    experiment = json.dumps({"storage_path": "nonsense://bucket"})
    store.create(NewStudy("copied", MACRO_F1, experiment, "abc", 810, 64), {"depth": 1})
    with pytest.raises(WorkspaceError, match=r"the copies in nonsense://bucket/copied/trials/\w+ must be deleted, but"):
        delete(survey(store.study("copied"), place, store), place, quiet)
    assert "copied" in store.names()


def test_data_that_was_in_memory_goes_with_the_last_study_that_reads_it(place, store):
    table, other = (place.cache / "tables" / name for name in ("a" * 20, "b" * 20))
    for folder in (table, other):
        folder.mkdir(parents=True)
        (folder / "table.parquet").touch()
    data = {"source": str(table / "table.parquet"), "test": None, "text": ["text"]}
    for name in ("first", "second"):
        store.create(NewStudy(name, MACRO_F1, json.dumps({"data": data}), "abc", 810, 64), {"depth": 1})
    delete(survey(store.study("first"), place, store), place, quiet)
    assert table.is_dir()
    found = survey(store.study("second"), place, store)
    assert f"data that was in memory, in {table}" in found.lines()
    delete(found, place, quiet)
    assert not table.exists() and other.is_dir()
