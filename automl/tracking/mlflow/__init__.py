"""Records studies in MLflow during the search, and compares and repairs the records later."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.tracking.mlflow.event_queue import Registration
    from automl.tracking.mlflow.names import TrackedStudy, run_name, sqlite_file
    from automl.tracking.mlflow.quiet import quieten_mlflow
    from automl.tracking.mlflow.run_content import cost_metrics, evaluation_metrics, shown
    from automl.tracking.mlflow.sqlite_database import make_database
    from automl.tracking.mlflow.sync import (
        count_runs,
        delete_study_from_mlflow,
        find_differences,
        register_model,
        repair_differences,
    )
    from automl.tracking.mlflow.tracker import MlflowTracker
    from automl.tracking.mlflow.writer import MlflowWriter

__all__ = [
    "MlflowTracker",
    "MlflowWriter",
    "Registration",
    "TrackedStudy",
    "cost_metrics",
    "count_runs",
    "delete_study_from_mlflow",
    "evaluation_metrics",
    "find_differences",
    "make_database",
    "quieten_mlflow",
    "register_model",
    "repair_differences",
    "run_name",
    "shown",
    "sqlite_file",
]

__getattr__ = lazy_window(__name__)
