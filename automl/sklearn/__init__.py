"""The search as an estimator of scikit-learn: `automl.sklearn.TextClassifier`."""

from automl.sklearn.text_classifier import TextClassifier

__all__ = ["TextClassifier"]
