import json
import sqlite3
from contextlib import closing

import pytest

from automl.commands.delete import delete, survey
from automl.core.errors import UsageError, WorkspaceError
from automl.core.workspace import Workspace
from automl.storage.open_store import open_store
from automl.storage.study_store import NewStudy
from tests.automl.small_study import STUDY, contents, make_model


@pytest.fixture
def store(place: Workspace):
    made = open_store(place)
    yield made
    made.close()


def quiet(_: str) -> None:
    """Nobody listens."""


def test_what_is_shown_before(place, store):
    before = contents(place.study(STUDY))
    estate = survey(store, place, STUDY)
    assert (len(estate.study.trials), estate.models, estate.bytes_on_disk, estate.runs) == (3, 2, 8, 2)
    assert "models in" in estate.lines()[1] and "2 (8 bytes)" in estate.lines()[1]
    assert contents(place.study(STUDY)) == before


def test_nothing_of_it_is_left_and_others_stay(place, store):
    make_model(place.checkpoint("other", 0))
    delete(store, place, survey(store, place, STUDY), quiet)
    assert store.names() == []
    assert not place.study(STUDY).exists() and place.checkpoint("other", 0).is_dir()
    with closing(sqlite3.connect(place.folder / "mlflow.db")) as database:
        assert database.execute("SELECT count(*) FROM runs").fetchone() == (0,)
    assert list(place.folder.glob(".*.lock")) == []


def test_while_a_driver_lives_it_is_refused(place, store):
    estate = survey(store, place, STUDY)
    with store.study(STUDY).join(place.folder), pytest.raises(UsageError, match="automl stop s"):
        delete(store, place, estate, quiet)
    with store.study(STUDY).sole_driver(), pytest.raises(UsageError, match="another process searches it"):
        delete(store, place, estate, quiet)
    assert place.study(STUDY).exists() and store.names() == [STUDY]


def test_cut_short_it_can_be_said_again(place, store):
    away = Workspace(place.folder, tracking="http://127.0.0.1:9")
    estate = survey(store, place, STUDY)
    gone = type(estate)(**{**vars(estate), "tracking_uri": away.tracking_uri})
    with pytest.raises(WorkspaceError, match="must answer"):
        delete(store, away, gone, quiet)
    assert not place.study(STUDY).exists() and store.names() == [STUDY]
    delete(store, place, survey(store, place, STUDY), quiet)
    assert store.names() == []


def test_copies_in_a_second_place_go_and_what_was_handed_over_there_stays(tmp_path, place, store):
    shared = tmp_path / "shared"
    experiment = json.dumps({"storage_path": str(shared)})
    store.create(NewStudy("copied", "macro_f1", True, experiment, "abc", 810, 64), {"depth": 1})
    uuid = store.study("copied").record().uuid
    for file in (f"trials/{uuid}/00000-model-81.tar", "trials/another/00000-model-81.tar", "best/config.json"):
        (shared / "copied" / file).parent.mkdir(parents=True)
        (shared / "copied" / file).touch()
    estate = survey(store, place, "copied")
    assert f"copies of trials' files in {shared}/copied/trials/{uuid}" in estate.lines()
    delete(store, place, estate, quiet)
    left = {path.relative_to(shared).as_posix() for path in shared.rglob("*") if path.is_file()}
    assert left == {"copied/trials/another/00000-model-81.tar", "copied/best/config.json"}


def test_a_second_place_that_cannot_be_cleared_keeps_the_study(tmp_path, place, store):
    experiment = json.dumps({"storage_path": "nonsense://bucket"})
    store.create(NewStudy("copied", "macro_f1", True, experiment, "abc", 810, 64), {"depth": 1})
    with pytest.raises(WorkspaceError, match=r"the copies in nonsense://bucket/copied/trials/\w+ must be deleted, but"):
        delete(store, place, survey(store, place, "copied"), quiet)
    assert "copied" in store.names()
