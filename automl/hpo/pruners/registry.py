"""The pruners by name: each decides whether a trial continues. Steps are `trials.protocol.EVALUATION_STEPS`."""

from collections.abc import Callable

from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner, PercentilePruner

from automl.hpo.pbt import PbtPruner
from automl.hpo.pruners.asha import AshaPruner
from automl.hpo.pruners.early_stopping import EarlyStoppingPruner
from automl.hpo.pruners.pareto_asha import ParetoAshaPruner
from automl.hpo.pruners.wilcoxon import FoldWilcoxonPruner
from automl.storage.cache import CachedStorage
from trials.protocol import BUDGET_STEPS

FIRST_RUNG = 9
"""Step of the first rung, 1/9 of the budget: the first evaluation, at 1/81, lies within the warm-up."""

REDUCTION_FACTOR = 3


def asha(mirror: CachedStorage) -> BasePruner:
    """Asynchronous successive halving: about the best third of a rung is promoted to the next."""
    return AshaPruner(mirror, FIRST_RUNG, REDUCTION_FACTOR)


def front_asha(mirror: CachedStorage) -> BasePruner:
    """Asynchronous successive halving for several objectives or constraints, ranked by non-dominated sorting."""
    return ParetoAshaPruner(mirror, FIRST_RUNG, REDUCTION_FACTOR)


def hyperband(_mirror: CachedStorage) -> BasePruner:
    """Successive halving in three brackets, in case the first rung is too early for some trials."""
    return HyperbandPruner(min_resource=FIRST_RUNG, max_resource=BUDGET_STEPS, reduction_factor=REDUCTION_FACTOR)


def median(_mirror: CachedStorage) -> BasePruner:
    """Stops a trial whose best value so far is below the median of the others at the same step."""
    return MedianPruner(n_startup_trials=5, n_warmup_steps=FIRST_RUNG)


def percentile(_mirror: CachedStorage) -> BasePruner:
    """Stops a trial whose best value so far is not among the best quarter of the others at the same step."""
    return PercentilePruner(25.0, n_startup_trials=5, n_warmup_steps=FIRST_RUNG)


def patient(_mirror: CachedStorage) -> BasePruner:
    """Stops a trial that does not improve: after two evaluations in a row below its own best."""
    return EarlyStoppingPruner()


def wilcoxon(mirror: CachedStorage) -> BasePruner:
    """Stops a trial that is worse than the best one over its completed folds; only with cross-validation."""
    return FoldWilcoxonPruner(mirror)


def none(_mirror: CachedStorage) -> BasePruner:
    """Never stops a trial."""
    return NopPruner()


def pbt(mirror: CachedStorage) -> BasePruner:
    """Population-based training: a stopped trial is replaced by another, which continues from a better one."""
    return PbtPruner(mirror)


PRUNERS: dict[str, Callable[[CachedStorage], BasePruner]] = {
    "asha": asha,
    "hyperband": hyperband,
    "median": median,
    "percentile": percentile,
    "patient": patient,
    "wilcoxon": wilcoxon,
    "pbt": pbt,
    "none": none,
}

OVER_FOLDS = {"wilcoxon": True, "none": False}
"""The pruners that support cross-validation, and whether they need it."""

FRONT_PRUNERS: dict[str, Callable[[CachedStorage], BasePruner]] = {"asha": front_asha, "none": none}
"""The pruners for several objectives. With constraints, they replace the pruners of the same name in `PRUNERS`."""
