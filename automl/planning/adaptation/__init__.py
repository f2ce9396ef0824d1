"""Adapts a search space to the data, the checkpoints and the time; the study stores each change as an override."""

from automl.planning.adaptation.class_balance import is_imbalanced, without_balance
from automl.planning.adaptation.large_encoder import large_probe_of, sharers, with_large_probe
from automl.planning.adaptation.learning_rates import suited_learning_rates
from automl.planning.adaptation.pretraining_stage import suited_pretraining
from automl.planning.adaptation.readings import suited_readings, with_windows
from automl.planning.adaptation.suited_metric import suited_metric

__all__ = [
    "is_imbalanced",
    "large_probe_of",
    "sharers",
    "suited_learning_rates",
    "suited_metric",
    "suited_pretraining",
    "suited_readings",
    "with_large_probe",
    "with_windows",
    "without_balance",
]
