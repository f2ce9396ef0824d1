"""What Optuna is told of a trial's evaluations, and whether a trial goes on: for one objective or several."""

from collections.abc import Collection, Mapping

from optuna.pruners import NopPruner
from optuna.trial import FrozenTrial, Trial

from automl.core import DEFAULT_TRIAL, Goals
from automl.engine.open_study import OpenStudy
from automl.hpo import note_vector, vectors_of
from trials.protocol import Evaluation
from trials.serving_costs import SERVING_COSTS


class TrialReporter:
    """Tells Optuna's one value a step where there is one objective, and a vector where there is more to go by.

    Optuna's own `report` and `should_prune` refuse several objectives, so the study's pruner is asked directly.
    """

    def __init__(self, opened: OpenStudy, goals: Goals) -> None:
        self._study = opened.study
        self._mirror = opened.mirror
        self._goals = goals

    def reported(self, trial: Trial) -> frozenset[int]:
        """The steps of which the study knows what the trial came to."""
        frozen = self._frozen(trial)
        return frozenset(vectors_of(frozen) if self._goals.are_several else frozen.intermediate_values)

    def report(self, trial: Trial, evaluation: Evaluation) -> None:
        """Notes what the trial came to at a step that is new."""
        if not self._goals.are_several:
            trial.report(evaluation.metrics[self._goals.names[0]], evaluation.step)
        if not self._goals.are_plain:
            note_vector(self._mirror, self._frozen(trial), evaluation.step, evaluation.metrics, self._goals)

    def why_hopeless(self, trial: Trial, evaluation: Evaluation | None, reported: Collection[int]) -> str:
        """Why a trial is not worth going on after `evaluation`, which has been reported; empty if it is.

        What a model costs stays as it is however long it is trained. Nothing is judged twice: `reported` are the steps
        of an earlier try. Pruners are asked for trial 0 too, so that its values count at each rung.
        """
        if evaluation is None or evaluation.step in reported:
            return ""
        stops = self._study.pruner.prune(self._study, self._frozen(trial))
        if trial.number == DEFAULT_TRIAL:
            return ""
        if not isinstance(self._study.pruner, NopPruner):
            for constraint in self._goals.broken(evaluation.metrics):
                if constraint.name in SERVING_COSTS:
                    return f"{constraint} must hold, and it is {evaluation.metrics[constraint.name]:.4g}"
        return f"its value at {evaluation.place}" if stops else ""

    def values(self, metrics: Mapping[str, float]) -> list[float]:
        """The values of a trial that is complete, in the order of the objectives."""
        return [metrics[name] for name in self._goals.names]

    def constrain(self, trial: Trial, metrics: Mapping[str, float], *, trainable: bool) -> None:
        """Says at a trial's end how it keeps the constraints, as far as is known, in a fixed order.

        One that could not be trained misses by more than any other one.
        """
        if metrics:
            for name, excess in self._goals.excesses(metrics).items():
                trial.set_constraint(name, excess)
        if not trainable:
            trial.set_constraint("trainable", 1.0 + len(self._goals.constraints))

    def _frozen(self, trial: Trial) -> FrozenTrial:
        return self._mirror.get_trial(trial._trial_id)
