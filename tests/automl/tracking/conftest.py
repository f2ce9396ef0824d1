"""One real MLflow database for all tests of a run: making one takes seconds, so each test uses a study of its own."""

from pathlib import Path

import pytest

from automl.tracking.mlflow.quiet import quieten_mlflow


@pytest.fixture(scope="session")
def mlflow_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quieten_mlflow()
    return tmp_path_factory.mktemp("mlflow")


@pytest.fixture(scope="session")
def mlflow_uri(mlflow_workspace: Path) -> str:
    return f"sqlite:///{mlflow_workspace / 'mlflow.db'}"
