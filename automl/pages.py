"""Where a user's browser finds the pages of Ray and MLflow, which inside of containers answer under other names."""

import os

DASHBOARD_VARIABLE = "AUTOML_DASHBOARD_URL"
MLFLOW_VARIABLE = "AUTOML_MLFLOW_URL"
"""In the environment, where the addresses that this process uses are of no use to a browser."""


def page_of_ray(address: str) -> str:
    """The dashboard's address for a browser, of the one that this process uses."""
    return os.environ.get(DASHBOARD_VARIABLE, "").rstrip("/") or address


def page_of_mlflow(address: str) -> str:
    """The same for MLflow's server."""
    return os.environ.get(MLFLOW_VARIABLE, "").rstrip("/") or address
