"""TF-IDF features and a logistic regression, fitted by scikit-learn without training steps."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from trials.linear.model import KIND, LinearClassifier, fit_linear, load_linear

__all__ = ["KIND", "LinearClassifier", "fit_linear", "load_linear"]

__getattr__ = lazy_window(__name__)
