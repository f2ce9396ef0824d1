import logging
import os

from automl.tracking.mlflow.quiet import NOISY, SETTINGS, quieten_mlflow


def test_mlflow_is_quiet_but_what_the_user_has_set_stays(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "environ", {**os.environ, "MLFLOW_HTTP_REQUEST_TIMEOUT": "60"})
    levels = {name: logging.getLogger(name).level for name in NOISY}
    quieten_mlflow()
    assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "60"
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert not logging.getLogger("alembic").isEnabledFor(logging.INFO)
    assert logging.getLogger("alembic").isEnabledFor(logging.WARNING)
    assert not logging.getLogger("mlflow.store.db.utils").isEnabledFor(logging.ERROR)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
