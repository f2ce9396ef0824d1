"""The winner of a study, as frozen data for reports and export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from automl.core import Goals, TrialRecord
from automl.selection.pareto_front import ParetoTrial
from automl.selection.pbt_schedule import PbtSegment
from automl.selection.uncertainty import Comparison
from trials.metrics import Confusion


@dataclass(frozen=True)
class Scores:
    """All metrics of one model.

    Attributes:
        validation: metrics on the validation split, or means over folds with cross-validation.
        test: metrics on the test split, which the search does not use.
        deviations: standard deviations over folds; None without cross-validation.
        intervals: lower and upper end of the 95% interval of test metrics, by name, as far as they were computed.
    """

    validation: Mapping[str, float]
    test: Mapping[str, float]
    deviations: Mapping[str, float] | None = None
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def deviation(self, metric: str) -> float | None:
        """Return the standard deviation of `metric` over folds; None without cross-validation."""
        return None if self.deviations is None else self.deviations.get(metric)


@dataclass(frozen=True)
class Winner:
    """The winner of a study, with its scores and those of the models that it is compared with.

    Attributes:
        study: name of the study.
        goals: the objectives and constraints.
        trial: the winning trial.
        scores: scores of its model.
        default: scores of trial 0; None if it has no model.
        baseline: scores of the linear baseline.
        label_names: names of the classes.
        confusion: counts of test rows by true and predicted class.
        data_fingerprint: fingerprint of the data set.
        folder: the folder of the model.
        schedule: segments of a training that several trials of a population did; empty otherwise.
        front: the Pareto front of the study.
        against_default: the winner compared with trial 0 on the test rows; None for trial 0, or if that has no model.
        against_baseline: the winner compared with the linear baseline on the test rows.
        refit: test scores of the model that is handed over, if it was fitted once more to training and validation rows;
            None if the model of the trial is handed over. `scores` are those of the trial's model in both cases.
        corrections: a sentence about the labels of the data that were corrected; None if none were.
    """

    study: str
    goals: Goals
    trial: TrialRecord
    scores: Scores
    default: Scores | None
    baseline: Scores
    label_names: tuple[str, ...]
    confusion: Confusion
    data_fingerprint: str
    folder: Path
    schedule: tuple[PbtSegment, ...] = ()
    front: tuple[ParetoTrial, ...] = ()
    against_default: Comparison | None = None
    against_baseline: Comparison | None = None
    refit: Scores | None = None
    corrections: str | None = None

    @property
    def handed_over(self) -> Scores:
        """The scores of the model that is handed over."""
        return self.scores if self.refit is None else self.refit
