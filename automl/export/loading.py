"""The import path in the model cards of version 0.1; new code uses `from automl import load_classifier`."""

from automl.export.load_model import load_classifier

__all__ = ["load_classifier"]
