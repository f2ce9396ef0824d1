"""The MLflow UI: its server, and the shared view of a study's runs."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.tracking.mlflow.ui.compare_view import VIEW_TAG, runs_view
    from automl.tracking.mlflow.ui.server import start_ui

__all__ = ["VIEW_TAG", "runs_view", "start_ui"]

__getattr__ = lazy_window(__name__)
