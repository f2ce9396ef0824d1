"""Turns an experiment and its data into a plan: preparation, estimates of cost, and the first points."""

from automl.planning.class_balance import is_imbalanced, without_balance
from automl.planning.frozen_space import as_begun
from automl.planning.initial_points import first_points
from automl.planning.plan import Plan
from automl.planning.preflight import demand_writable, preflight
from automl.planning.prepare_data import PreparedData, prepare
from automl.planning.pretraining_stage import suited_pretraining
from automl.planning.resume_limits import resumed_limits
from automl.planning.warm_start import told

__all__ = [
    "Plan",
    "PreparedData",
    "as_begun",
    "demand_writable",
    "first_points",
    "is_imbalanced",
    "preflight",
    "prepare",
    "resumed_limits",
    "suited_pretraining",
    "told",
    "without_balance",
]
