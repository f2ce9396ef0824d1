"""Turns off MLflow's telemetry and its messages on the user's terminal."""

import logging
import os

SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",  # a model would get the uv.lock of the current folder
    # MLflow's own retries would block a call for minutes; the tracker has its own queue and back-off.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}
"""Environment variables, of which MLflow reads the first two on import. Values that the user has set remain."""

NOISY = {
    "alembic": logging.WARNING,
    "mlflow.store.db.utils": logging.CRITICAL,  # it logs a traceback for failures that we report in one line
    "urllib3.connectionpool": logging.ERROR,
    "matplotlib.font_manager": logging.ERROR,  # it logs a line when it first builds its cache
}


def quieten_mlflow() -> None:
    """Set environment variables and log levels; call it before MLflow is imported for the first time."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    for logger, level in NOISY.items():
        logging.getLogger(logger).setLevel(level)
