"""MLflow without its telemetry and without its lines on the user's terminal."""

import logging
import os

SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # MLflow's own retries would hold a call for minutes; the tracker has a queue and its own pauses.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}
"""MLflow reads the first two while it is imported. What the user has set in the environment stays."""

NOISY = {
    "alembic": logging.WARNING,
    "mlflow.store.db.utils": logging.CRITICAL,  # a traceback for each failure that we tell in one line
    "urllib3.connectionpool": logging.ERROR,
    "matplotlib.font_manager": logging.ERROR,  # it tells when it first builds its cache
}


def quieten_mlflow() -> None:
    """Call this before MLflow is imported for the first time."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    for logger, level in NOISY.items():
        logging.getLogger(logger).setLevel(level)
