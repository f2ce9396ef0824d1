"""The winner of a study, as frozen data for reports and export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from automl.core import DEFAULT_TRIAL, Goals, TrialRecord
from automl.selection.confirmation import ConfirmationResult
from automl.selection.ensemble import EnsembleChoice
from automl.selection.handover import Choice
from automl.selection.learning_curve import LearningCurve
from automl.selection.pareto_front import ParetoTrial
from automl.selection.pbt_schedule import PbtSegment
from automl.selection.soup import SoupChoice
from automl.selection.uncertainty import Comparison
from trials.data import WhatWasRead
from trials.tasks import Counts, Task, task_of_counts


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
class EnsembleResult:
    """An ensemble that is handed over in the place of a single model.

    Attributes:
        choice: its members, and how much better it is.
        scores: its scores; those of validation are of ensembles that were chosen on other validation rows.
        costs: its serving costs, of those that the search measures.
        is_refitted: whether a member was fitted once more, to training and validation rows.
        sample_rows: training rows of each member that was fitted to a sample of them, by trial number.
    """

    choice: EnsembleChoice
    scores: Scores
    costs: Mapping[str, float] = field(default_factory=dict)
    is_refitted: bool = False
    sample_rows: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SoupResult:
    """A model whose weights are the mean of those of several trials, and which is better than any trial alone.

    Attributes:
        choice: the trials, and how much better it is.
        scores: its scores; those of validation are of means that were chosen on other validation rows.
        costs: its serving costs, as far as they were measured: those of the first of its trials.
    """

    choice: SoupChoice
    scores: Scores
    costs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Winner:
    """The winner of a study, with its scores and those of the models that it is compared with.

    Attributes:
        study: name of the study.
        goals: the objectives and constraints.
        trial: the trial whose model is handed over.
        scores: scores of its model, before it was fitted once more.
        default: scores of the best untuned default of any algorithm; None if none has a model.
        baseline: scores of the linear baseline.
        label_names: names of the classes.
        confusion: counts of test rows by class.
        data_fingerprint: fingerprint of the data set.
        folder: the folder of the model.
        schedule: segments of a training that several trials of a population did; empty otherwise.
        front: the Pareto front of the study.
        against_default: the trial `searched_number` compared with that default on the test rows; None if it is that
            default, or there is none.
        against_baseline: `trial` compared with the linear baseline on the test rows.
        mean_against_default: what is handed over compared with that default on the test rows, if it is a mean of
            several trials, of their probabilities or their weights; None otherwise.
        against_constant: what is handed over compared with an answer that is the same for each text, on the test rows;
            None of classes without an order.
        refit: test scores of the model that is handed over, if it was fitted once more to training and validation rows;
            None if the model of the trial is handed over. `scores` are those of the trial's model in both cases.
        corrections: a sentence about the labels of the data that were corrected; None if none were.
        default_trial: the trial of `default`; None stands for trial 0.
        read: what was read of the data; None if that is unknown.
        choice: why `trial` is handed over; None if there was nothing to choose.
        passed_over: scores of the trial with the best validation score, if another one is handed over in its place.
        optimism: by how much the best validation score is too good, because it was chosen and its
            thresholds, if it has some, were tuned by the same rows; None if it is unknown.
        learning_curve: scores of the linear baseline by training rows; None if they were not measured.
        looks: how often the study has looked at the test split by now.
        ensemble: the ensemble that is handed over; None if it is a single model. All else is about `trial`, but
            `confusion`, which is of what is handed over.
        soup: the mean of the weights of several trials which is the best single model; None if that is `trial`. It is
            handed over unless an ensemble is.
        energy_kwh: energy that the searches of the study took, in kWh; None if it was not measured.
        beside: the ensemble beside which this single model lies; None if it is handed over itself.
        confirmation: what came of training the best trials again; None if it decided nothing.
        baseline_reading: how the linear baseline reads two text columns, "joined" or "apart"; None where there are not
            two.
    """

    study: str
    goals: Goals
    trial: TrialRecord
    scores: Scores
    default: Scores | None
    baseline: Scores
    label_names: tuple[str, ...]
    confusion: Counts
    data_fingerprint: str
    folder: Path
    schedule: tuple[PbtSegment, ...] = ()
    front: tuple[ParetoTrial, ...] = ()
    against_default: Comparison | None = None
    against_baseline: Comparison | None = None
    mean_against_default: Comparison | None = None
    against_constant: Comparison | None = None
    refit: Scores | None = None
    corrections: str | None = None
    default_trial: TrialRecord | None = None
    read: WhatWasRead | None = None
    choice: Choice | None = None
    passed_over: Scores | None = None
    optimism: float | None = None
    learning_curve: LearningCurve | None = None
    looks: int = 1
    ensemble: EnsembleResult | None = None
    soup: SoupResult | None = None
    beside: EnsembleResult | None = None
    confirmation: ConfirmationResult | None = None
    energy_kwh: float | None = None
    baseline_reading: str | None = None

    @property
    def task(self) -> Task:
        """What the labels are."""
        return task_of_counts(self.confusion)

    @property
    def best_number(self) -> int:
        """Number of the trial with the best validation score."""
        return self.trial.number if self.choice is None else self.choice.best

    @property
    def best_scores(self) -> Scores:
        """The scores of the trial with the best validation score."""
        return self.scores if self.passed_over is None else self.passed_over

    @property
    def searched_number(self) -> int:
        """Number of the trial that shows what the search gained: `trial`, or the best if that is the default."""
        keeps_default = self.choice is not None and self.choice.keeps_default
        return self.best_number if keeps_default else self.trial.number

    @property
    def searched_scores(self) -> Scores:
        """The scores of that trial."""
        return self.scores if self.searched_number == self.trial.number else self.best_scores

    @property
    def default_number(self) -> int:
        """Number of the trial of `default`."""
        return DEFAULT_TRIAL if self.default_trial is None else self.default_trial.number

    @property
    def handed_over(self) -> Scores:
        """The scores of the model that is handed over."""
        if self.ensemble is not None:
            return self.ensemble.scores
        if self.soup is not None:
            return self.soup.scores
        return self.scores if self.refit is None else self.refit
