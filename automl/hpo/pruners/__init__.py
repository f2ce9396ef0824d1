"""Pruners: which running trials are stopped. A new pruner needs one function, and one line in `PRUNERS`."""

from automl.hpo.pruners.registry import FRONT_PRUNERS, OVER_FOLDS, PRUNERS

__all__ = ["FRONT_PRUNERS", "OVER_FOLDS", "PRUNERS"]
