from pathlib import Path

import pytest

from automl.commands.register import register
from automl.core.errors import UsageError, WorkspaceError
from automl.core.workspace import Workspace
from automl.storage.open_store import create_store
from automl.tracking.mlflow.event_queue import Registration
from tests.automl.small_study import STUDY, make_study


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "runs", tracking="http://127.0.0.1:9")


@pytest.fixture
def study(place: Workspace):
    store = create_store(place)
    make_study(store)
    yield store.study(STUDY)
    store.close()


def test_a_study_without_a_model_says_how_to_get_one(study, place):
    with pytest.raises(UsageError, match=r"must have handed over a model.*automl resume s"):
        register(study, place, Registration("news"), print)


@pytest.mark.parametrize(
    ("name", "alias"), [("a/b", "champion"), ("a:b", "champion"), (" ", "champion"), ("a", "latest"), ("a", "v3")]
)
def test_what_the_registry_would_refuse_is_refused_before_anything_is_logged(study, place, name, alias):
    with pytest.raises(UsageError, match="must"):
        register(study, place, Registration(name, alias), print)


def test_a_store_that_is_away_is_an_error_for_the_user(study, place):
    folder = place.study(STUDY).best
    folder.mkdir(parents=True)
    (folder / "automl.json").write_text("{}")
    with pytest.raises(WorkspaceError, match=r"MLflow at .* must answer"):
        register(study, place, Registration("news"), print)
