"""Turns an experiment and its data into a plan: preparation, estimates of cost, and the first points."""

from automl.planning.adaptation import (
    is_imbalanced,
    large_probe_of,
    seconds_to_a_value,
    sharers,
    suited_folds,
    suited_learning_rates,
    suited_metric,
    suited_pretraining,
    suited_readings,
    with_feature_readings,
    with_large_probe,
    with_longer_texts,
    without_balance,
)
from automl.planning.frozen_space import as_begun
from automl.planning.initial_points import first_points
from automl.planning.measured_pace import PRETRAINED, SCRATCH, PackPlan, pace_job, pace_of
from automl.planning.plan import Plan
from automl.planning.preflight import preflight, require_writable
from automl.planning.prepare_data import PreparedData, cross_validated, prepare, with_pace
from automl.planning.resolved_experiment import (
    ResolvedExperiment,
    require_checkpoints,
    resolve_experiment,
    with_pinned_data,
    without_missing_checkpoints,
)
from automl.planning.resume_limits import resumed_limits
from automl.planning.search_rows import with_search_rows
from automl.planning.study_data import study_data
from automl.planning.warm_start import warm_start_message

__all__ = [
    "PRETRAINED",
    "SCRATCH",
    "PackPlan",
    "Plan",
    "PreparedData",
    "ResolvedExperiment",
    "as_begun",
    "cross_validated",
    "first_points",
    "is_imbalanced",
    "large_probe_of",
    "pace_job",
    "pace_of",
    "preflight",
    "prepare",
    "require_checkpoints",
    "require_writable",
    "resolve_experiment",
    "resumed_limits",
    "seconds_to_a_value",
    "sharers",
    "study_data",
    "suited_folds",
    "suited_learning_rates",
    "suited_metric",
    "suited_pretraining",
    "suited_readings",
    "warm_start_message",
    "with_feature_readings",
    "with_large_probe",
    "with_longer_texts",
    "with_pace",
    "with_pinned_data",
    "with_search_rows",
    "without_balance",
    "without_missing_checkpoints",
]
