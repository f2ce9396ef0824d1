"""Finds the best transformer text classifier that a data set, a machine or cluster, and a budget allow.

Importing this package is cheap. `load_classifier` imports torch when it is first asked for.
"""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.export import load_classifier

__all__ = ["load_classifier"]

__getattr__ = lazy_window(__name__)
