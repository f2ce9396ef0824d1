"""Finds the best transformer text classifier that a data set, a machine or cluster, and a budget allow.

Importing this package is cheap: what a function needs is imported when it is first asked for.

    >>> import automl
    >>> result = automl.search("reviews.csv", time_budget="10m")  # doctest: +SKIP
    >>> result.model.predict(["A charming film"])  # doctest: +SKIP
    ['positive']
"""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.api import (
        Distilled,
        Explanation,
        MeasuredModel,
        SearchResult,
        TextModel,
        WordWeight,
        distill,
        load_classifier,
        predict,
        resume,
        search,
    )
    from automl.config import Experiment
    from automl.core import AutomlError, DataProblem, Interrupted, SearchFailed, UsageError, WorkspaceError

__all__ = [
    "AutomlError",
    "DataProblem",
    "Distilled",
    "Experiment",
    "Explanation",
    "Interrupted",
    "MeasuredModel",
    "SearchFailed",
    "SearchResult",
    "TextModel",
    "UsageError",
    "WordWeight",
    "WorkspaceError",
    "distill",
    "load_classifier",
    "predict",
    "resume",
    "search",
]

__getattr__ = lazy_window(__name__)
