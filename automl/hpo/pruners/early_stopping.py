"""Plain early stopping: a trial is compared with nothing but itself."""

import warnings
from copy import copy

from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner, PatientPruner
from optuna.study import Study
from optuna.trial import FrozenTrial

from trials.protocol import EVALUATION_STEPS

PATIENCE = 1
"""Evaluations that may be worse than the best before them, beside the one that stops the trial."""


class EarlyStoppingPruner(BasePruner):
    """Stops a trial once the last two evaluations are both worse than the best before them, at whatever step.

    As Optuna's `PatientPruner` does with no other pruner behind it. The first evaluation does not count: it looks at a
    sample, whose score is no yardstick for that of the whole split.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            self._patient = PatientPruner(None, patience=PATIENCE)

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Whether the trial is to be stopped, after its latest report."""
        seen = copy(trial)
        values = trial.intermediate_values
        seen.intermediate_values = {step: values[step] for step in values if step > EVALUATION_STEPS[0]}
        return self._patient.prune(study, seen)
