"""Scores the texts of a large file on a Ray cluster, by Ray Data."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.cluster.bulk.score import cluster_scores

__all__ = ["cluster_scores"]

__getattr__ = lazy_window(__name__)
