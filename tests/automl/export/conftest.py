"""A model to export."""

from tests.tiny_model import tiny_model

__all__ = ["tiny_model"]
