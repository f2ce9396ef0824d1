"""Samplers: which point is tried next. A new sampler needs one function, and one line in `SAMPLERS`."""

from automl.hpo.samplers.algorithms import SHARE_METRICS, AlgorithmSampler, expected_standings, standard_error
from automl.hpo.samplers.expected_improvement import expected_improvement
from automl.hpo.samplers.grid import GridSampler
from automl.hpo.samplers.history_subset import HistorySubsetSampler
from automl.hpo.samplers.prior_guided import PriorGuidedSampler
from automl.hpo.samplers.registry import BLIND, ONE_OBJECTIVE, SAMPLERS, SHORT_SIGHTED, Generations, tpe
from automl.hpo.samplers.warm_start import WarmStartSampler

__all__ = [
    "BLIND",
    "ONE_OBJECTIVE",
    "SAMPLERS",
    "SHARE_METRICS",
    "SHORT_SIGHTED",
    "AlgorithmSampler",
    "Generations",
    "GridSampler",
    "HistorySubsetSampler",
    "PriorGuidedSampler",
    "WarmStartSampler",
    "expected_improvement",
    "expected_standings",
    "standard_error",
    "tpe",
]
