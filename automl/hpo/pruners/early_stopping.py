"""Early stopping: a trial is compared only with itself."""

import warnings
from copy import copy

from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner, PatientPruner
from optuna.study import Study
from optuna.trial import FrozenTrial

from trials.protocol import EVALUATION_STEPS

PATIENCE = 1
"""Evaluations in a row that may be worse than the best one; the next worse one stops the trial."""


class EarlyStoppingPruner(BasePruner):
    """Stops a trial, at any step, once its last two evaluations are both worse than the best one before them.

    This is Optuna's `PatientPruner` without a wrapped pruner. The first evaluation does not count: it uses a sample,
    whose score is not comparable with that of the whole split.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            self._pruner = PatientPruner(None, patience=PATIENCE)

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Return whether to stop `trial` after its latest report."""
        seen = copy(trial)
        values = trial.intermediate_values
        seen.intermediate_values = {step: values[step] for step in values if step > EVALUATION_STEPS[0]}
        return self._pruner.prune(study, seen)
