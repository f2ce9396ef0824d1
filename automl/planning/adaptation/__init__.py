"""Adapts a search space to the data, the checkpoints and the time; the study stores each change as an override."""

from automl.planning.adaptation.class_balance import is_imbalanced, without_balance
from automl.planning.adaptation.few_rows import suited_folds
from automl.planning.adaptation.large_encoder import large_probe_of, seconds_to_a_value, sharers, with_large_probe
from automl.planning.adaptation.learning_rates import suited_learning_rates
from automl.planning.adaptation.longer_texts import with_longer_texts
from automl.planning.adaptation.pretraining_stage import suited_pretraining
from automl.planning.adaptation.readings import suited_readings, with_feature_readings
from automl.planning.adaptation.suited_metric import suited_metric

__all__ = [
    "is_imbalanced",
    "large_probe_of",
    "seconds_to_a_value",
    "sharers",
    "suited_folds",
    "suited_learning_rates",
    "suited_metric",
    "suited_pretraining",
    "suited_readings",
    "with_feature_readings",
    "with_large_probe",
    "with_longer_texts",
    "without_balance",
]
