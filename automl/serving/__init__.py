"""A model as an HTTP service: batches, limits, metrics, and an end without loss."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.serving.app import create_app
    from automl.serving.limits import TOKEN_VARIABLE, Limits
    from automl.serving.server import serve

__all__ = ["TOKEN_VARIABLE", "Limits", "create_app", "serve"]

__getattr__ = lazy_window(__name__)
