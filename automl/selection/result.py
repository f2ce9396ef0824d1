"""The winner of a study, as frozen data for reports and export."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from automl.core import Goals, TrialRecord
from automl.selection.pareto_front import ParetoTrial
from automl.selection.pbt_schedule import PbtSegment
from trials.metrics import Confusion


@dataclass(frozen=True)
class Scores:
    """All metrics of one model.

    Attributes:
        validation: metrics on the validation split, or means over folds with cross-validation.
        test: metrics on the test split, which the search does not use.
        deviations: standard deviations over folds; None without cross-validation.
    """

    validation: Mapping[str, float]
    test: Mapping[str, float]
    deviations: Mapping[str, float] | None = None

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
        refit_test: test metrics of the model that is handed over, if it was fitted once more to training and validation
            rows; None if the model of the trial is handed over. `scores` are those of the trial's model in both cases.
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
    refit_test: Mapping[str, float] | None = None

    @property
    def handed_over_test(self) -> Mapping[str, float]:
        """The test metrics of the model that is handed over."""
        return self.scores.test if self.refit_test is None else self.refit_test
