"""Ray Tune: what a search gives it, and the actor in which trials run."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.cluster.tune.run_tune import run_search
    from automl.cluster.tune.trainable import JOBS, REPORTS, TrialActor

__all__ = ["JOBS", "REPORTS", "TrialActor", "run_search"]

__getattr__ = lazy_window(__name__)
