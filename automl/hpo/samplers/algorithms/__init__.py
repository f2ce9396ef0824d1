"""The choice of the algorithm of the next trial, in a space of several."""

from automl.hpo.samplers.algorithms.choice import most_promising
from automl.hpo.samplers.algorithms.data_prior import SHARE_METRICS, expected_standings, standard_error
from automl.hpo.samplers.algorithms.results import AlgorithmResults
from automl.hpo.samplers.algorithms.sampler import AlgorithmSampler

__all__ = [
    "SHARE_METRICS",
    "AlgorithmResults",
    "AlgorithmSampler",
    "expected_standings",
    "most_promising",
    "standard_error",
]
