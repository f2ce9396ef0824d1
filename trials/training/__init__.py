"""Training in steps: the trainer, its optimizer and schedule, and the state from which it resumes."""

from trials.training.build_model import build
from trials.training.compute import Compute
from trials.training.cost_meter import CostMeter
from trials.training.keepalive import with_heartbeats, without_reports
from trials.training.optimization import (
    align_gradients,
    balancing_weights,
    build_optimizer,
    learning_rate_factor,
    number_losses,
    rank_losses,
)
from trials.training.prediction import predict, require_finite
from trials.training.process_setup import prepare
from trials.training.shared_clock import SharedClock
from trials.training.state import (
    ReportHistory,
    TrainingState,
    identity_of,
    random_states,
    restore_random_states,
    seed_everything,
)
from trials.training.trainee import Trainee
from trials.training.trainer import STEPS_BETWEEN_LOSS_CHECKS, Trainer

__all__ = [
    "STEPS_BETWEEN_LOSS_CHECKS",
    "Compute",
    "CostMeter",
    "ReportHistory",
    "SharedClock",
    "Trainee",
    "Trainer",
    "TrainingState",
    "align_gradients",
    "balancing_weights",
    "build",
    "build_optimizer",
    "identity_of",
    "learning_rate_factor",
    "number_losses",
    "predict",
    "prepare",
    "random_states",
    "rank_losses",
    "require_finite",
    "restore_random_states",
    "seed_everything",
    "with_heartbeats",
    "without_reports",
]
