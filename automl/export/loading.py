"""The import path that the model cards of version 0.1 name; new code says `from automl import load_classifier`."""

from automl.export.load_model import load_classifier

__all__ = ["load_classifier"]
