"""The state from which training resumes: weights and moments, random states, the reports so far, and what it fits."""

from trials.training.state.random_state import random_states, restore_random_states, seed_everything
from trials.training.state.report_history import ReportHistory
from trials.training.state.state_identity import identity_of
from trials.training.state.training_state import TrainingState

__all__ = [
    "ReportHistory",
    "TrainingState",
    "identity_of",
    "random_states",
    "restore_random_states",
    "seed_everything",
]
