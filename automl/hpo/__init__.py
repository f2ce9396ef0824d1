"""Hyperparameter optimization: samplers, pruners, and population-based training."""

from automl.hpo.objective_history import note_vector, vectors_of, violation_of
from automl.hpo.optuna_suggest import OptunaSuggest

__all__ = ["OptunaSuggest", "note_vector", "vectors_of", "violation_of"]
