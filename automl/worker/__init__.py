"""Worker processes that run trials, forked from a process that has imported torch already."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.worker.baseline_process import reference
    from automl.worker.costs_process import serving_costs
    from automl.worker.fork_client import ForkDied
    from automl.worker.fork_server import workers_ready
    from automl.worker.pace_process import training_pace
    from automl.worker.refit_process import refit
    from automl.worker.remote_workdir import RemoteWorkdir, encoder_of
    from automl.worker.scoring_process import ScoreFunction, scoring
    from automl.worker.trial_process import TrialProcess

__all__ = [
    "ForkDied",
    "RemoteWorkdir",
    "ScoreFunction",
    "TrialProcess",
    "encoder_of",
    "reference",
    "refit",
    "scoring",
    "serving_costs",
    "training_pace",
    "workers_ready",
]

__getattr__ = lazy_window(__name__)
