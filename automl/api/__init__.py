"""The library: search, resume, load and predict from Python. It checks arguments, calls the rooms below, and returns.

Names are imported lazily, so that `import automl` stays quick.
"""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.api.distilling import distill
    from automl.api.predicting import predict
    from automl.api.result import SearchResult
    from automl.api.searching import resume, search
    from automl.api.text_model import TextModel, load_classifier
    from automl.export import Explanation, WordWeight
    from automl.review import Distilled, MeasuredModel

__all__ = [
    "Distilled",
    "Explanation",
    "MeasuredModel",
    "SearchResult",
    "TextModel",
    "WordWeight",
    "distill",
    "load_classifier",
    "predict",
    "resume",
    "search",
]

__getattr__ = lazy_window(__name__)
