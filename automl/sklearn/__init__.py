"""The search as estimators of scikit-learn: `automl.sklearn.TextClassifier` and `automl.sklearn.TextRegressor`."""

from automl.sklearn.text_classifier import TextClassifier
from automl.sklearn.text_regressor import TextRegressor

__all__ = ["TextClassifier", "TextRegressor"]
