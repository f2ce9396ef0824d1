"""A model to score."""

from tests.tiny_model import tiny_model

__all__ = ["tiny_model"]
