"""Finds differences between a study and its MLflow runs, and repairs the runs."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.tracking.mlflow.repair.diff import DriverActivity, compare
    from automl.tracking.mlflow.repair.reconciliation import reconcile

__all__ = ["DriverActivity", "compare", "reconcile"]

__getattr__ = lazy_window(__name__)
