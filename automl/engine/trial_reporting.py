"""Reports evaluations to Optuna, and asks the pruner whether a trial continues: for one objective or several."""

import math
import time
from collections.abc import Collection, Mapping

from optuna.pruners import NopPruner
from optuna.trial import FrozenTrial, Trial, TrialState

from automl.core import CONSTANT, DEFAULT_TRIAL, Goals
from automl.engine.open_study import OpenStudy
from automl.engine.sample_promise import may_win
from automl.hpo import note_vector, vectors_of, violation_of
from trials.protocol import EVALUATION_STEPS, Evaluation
from trials.serving_costs import SERVING_COSTS
from trials.tasks import KNOWN_METRICS

PATIENCE = 1 / 3
"""Share of the budget after which a trial that is no better than a constant is stopped.

Any warm-up is over by then. Of ten encoders from scratch on BBC News, six were no better at a ninth of the budget, and
two of these ended at 0.9; of the five that were no better at a third, one did.
"""


class TrialReporter:
    """Reports one value for each step with a single objective, and a vector with several objectives or constraints.

    Optuna's own `report` and `should_prune` reject several objectives, so this class calls the study's pruner directly.

    Args:
        opened: the study.
        goals: its objectives and constraints.
        validation_rows: rows by which a trial is scored.
    """

    def __init__(self, opened: OpenStudy, goals: Goals, validation_rows: int) -> None:
        self._rows = validation_rows
        self._study = opened.study
        self._mirror = opened.mirror
        self._goals = goals
        self._prunes = opened.populations is None and not isinstance(opened.study.pruner, NopPruner)

    def reported(self, trial: Trial) -> frozenset[int]:
        """Return the steps at which the study has a value or vector of `trial`."""
        frozen = self._frozen(trial)
        return frozenset(vectors_of(frozen) if self._goals.are_several else frozen.intermediate_values)

    def report(self, trial: Trial, evaluation: Evaluation) -> None:
        """Store what the pruner and Optuna's tools read of `evaluation`, whose step must not be reported yet.

        It is a projection of the evaluation, which the study has as an attribute. It stays when that is dropped with a
        lost model, so a pruner decides once on each step.
        """
        if not self._goals.are_several:
            trial.report(evaluation.metrics[self._goals.first.name], evaluation.step)
        if not self._goals.are_plain:
            note_vector(self._mirror, self._frozen(trial), evaluation.step, evaluation.metrics, self._goals)

    def why_pruned(
        self, trial: Trial, evaluation: Evaluation | None, reported: Collection[int], deadline: float | None
    ) -> str:
        """Return the reason to prune a trial after an evaluation; empty if the trial continues.

        Args:
            trial: the trial.
            evaluation: its latest evaluation, already reported; None if there is no new one.
            reported: steps that an earlier attempt has reported; they are not decided again.
            deadline: end of the search in `time.monotonic()` seconds; None is no limit.
        """
        if evaluation is None or evaluation.sample_rows is None:
            return self.why_hopeless(trial, evaluation, reported)
        return self.why_outclassed(
            trial, evaluation, reported, None if deadline is None else deadline - time.monotonic()
        )

    def why_hopeless(self, trial: Trial, evaluation: Evaluation | None, reported: Collection[int]) -> str:
        """Return the reason to prune a trial after an evaluation; empty if the trial continues.

        A trial is also pruned if it is no better than a constant after a third of its budget, unless nothing is pruned
        or a population decides, and if it violates a constraint on a serving cost, which further training does not
        change. The pruner is called for trial 0, too, so that its values count at each rung, but it is never pruned.

        Args:
            trial: the trial.
            evaluation: its latest evaluation, already reported; None if there is no new one.
            reported: steps that an earlier attempt has reported; they are not decided again.
        """
        if evaluation is None or evaluation.step in reported:
            return ""
        stops = self._study.pruner.prune(self._study, self._frozen(trial))
        if trial.number == DEFAULT_TRIAL:
            return ""
        if broken := self._too_dear(evaluation):
            return broken
        if stops:
            return f"its value at {evaluation.place}"
        if self._prunes and evaluation.fold is None and PATIENCE <= evaluation.fraction < 1:
            return f"it still {CONSTANT} at {evaluation.place}" if evaluation.is_constant else ""
        return ""

    def why_outclassed(
        self, trial: Trial, evaluation: Evaluation, reported: Collection[int], seconds_left: float | None = None
    ) -> str:
        """Return the reason to prune a trial whose model was fitted to a sample of the rows; empty if it continues.

        The pruner is not called: such a model is no earlier state of one that is fitted to all rows, and other trials
        have no samples. The trial continues if it may still win (`may_win`), or nothing says that it cannot, and if
        there is time for its next sample.

        Args:
            trial: the trial.
            evaluation: its latest evaluation, already reported.
            reported: steps that an earlier attempt has reported; they are not decided again.
            seconds_left: rest of the time budget; None is no limit.
        """
        if evaluation.step in reported or trial.number == DEFAULT_TRIAL:
            return ""
        if broken := self._too_dear(evaluation):
            return broken
        if self._prunes and not self._may_win(trial):
            return f"fitted to {evaluation.sample_rows} training rows; it is not expected to be the best with all"
        takes = evaluation.next_seconds
        if self._prunes and takes is not None and seconds_left is not None and takes > seconds_left:
            return (
                f"fitted to {evaluation.sample_rows} training rows; the features of further ones are expected to take "
                f"{takes:.0f} s, and {max(0.0, seconds_left):.0f} s are left"
            )
        return ""

    def _too_dear(self, evaluation: Evaluation) -> str:
        """Return which constraint on a serving cost is violated; empty if none is, or nothing is pruned."""
        if isinstance(self._study.pruner, NopPruner):  # a population prunes those, too
            return ""
        for constraint in self._goals.broken(evaluation.metrics):
            if constraint.name in SERVING_COSTS:
                return f"{constraint} must hold, and it is {evaluation.metrics[constraint.name]:.4g}"
        return ""

    def _may_win(self, trial: Trial) -> bool:
        """Return whether a model of a sample may be the best with all rows, or nothing says that it is not."""
        objective = self._goals.first
        if self._goals.are_several or objective.name not in KNOWN_METRICS:
            return True
        values = [value for _, value in sorted(self._frozen(trial).intermediate_values.items())]
        others = [each for each in self._study.get_trials(deepcopy=False) if each.number != trial.number]
        rivals = [latest for each in others if (latest := _rival_value(each)) is not None]
        if not values or not rivals:
            return True
        return may_win(values, max(rivals) if objective.maximize else min(rivals), objective, self._rows)

    def values(self, metrics: Mapping[str, float]) -> list[float]:
        """Return the values of the objectives, in their order, from the `metrics` of a completed trial."""
        return [metrics[name] for name in self._goals.names]

    def constrain(self, trial: Trial, metrics: Mapping[str, float], *, trainable: bool) -> None:
        """Store how far a trial that ends violates each constraint.

        Args:
            trial: the trial.
            metrics: its last measurements; empty if there are none.
            trainable: whether the trial could be trained. If not, an extra constraint gets a large violation.
        """
        if metrics:
            for name, excess in self._goals.excesses(metrics).items():
                trial.set_constraint(name, excess)
        if not trainable:
            trial.set_constraint("trainable", 1.0 + len(self._goals.constraints))

    def _frozen(self, trial: Trial) -> FrozenTrial:
        return self._mirror.get_trial(trial._trial_id)


def _rival_value(trial: FrozenTrial) -> float | None:
    """Return the latest value on all validation rows of a trial that may win; None if it cannot, or has no value."""
    vectors = vectors_of(trial)
    if trial.state == TrialState.FAIL or violation_of(trial) > 0 or (vectors and vectors[max(vectors)].violation > 0):
        return None
    values = trial.intermediate_values
    steps = [step for step in values if step > EVALUATION_STEPS[0] and math.isfinite(values[step])]
    return values[max(steps)] if steps else None
