"""A workspace that is in order: one study with its models and its MLflow runs."""

import shutil
from pathlib import Path

import pytest

from automl.core.workspace import Workspace
from automl.storage.open_store import create_store
from tests.automl.reviewed import review_study, reviews
from tests.automl.small_study import STUDY, make_model, make_study


@pytest.fixture
def place(template: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for name in ("AUTOML_STORAGE_URL", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Workspace(shutil.copytree(template.folder, tmp_path / "runs"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """It is made once, as MLflow takes seconds to make its tables."""
    from automl.core.workspace import sqlite_url
    from automl.tracking.mlflow.sync import repair_differences

    folder = tmp_path_factory.mktemp("template") / "runs"
    made = Workspace(folder, sqlite_url(folder), f"sqlite:///{folder / 'mlflow.db'}")
    store = create_store(made)
    try:
        make_study(store)
        for number in (0, 1):
            make_model(made.study(STUDY).model(number))
        repair_differences(made.tracking_uri, made.artifacts, store.study(STUDY).record())
    finally:
        store.close()
    return made


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the study `reviews`, which no test changes."""
    return review_study(tmp_path_factory.mktemp("reviewed"), reviews())
