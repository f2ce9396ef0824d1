"""Population-based training: which trial inherits from which, and how parameters are perturbed."""

from automl.hpo.pbt.perturbation import explore
from automl.hpo.pbt.population import RUNGS, SMALLEST, PbtPruner, PopulationHistory

__all__ = ["RUNGS", "SMALLEST", "PbtPruner", "PopulationHistory", "explore"]
