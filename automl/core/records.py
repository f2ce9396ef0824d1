"""Studies and trials of the database, as frozen data for the modules that show or report them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from automl.core.budgets import USUAL_PACE, Pace
from automl.core.objectives import Goals
from search_spaces import Value
from trials.data import DatasetTraits
from trials.protocol import Cost, Evaluation, TrialEnd


@dataclass(frozen=True)
class Lineage:
    """A trial's place in population-based training.

    Attributes:
        population: index of the population among those of its algorithm, from 0.
        follows: number of the stopped trial that this one replaces; None for an initial member.
        parent: number of the trial whose training state it continues; None if it starts from nothing.
        step: step of the budget (of `BUDGET_STEPS`) up to which the parent was trained.
    """

    population: int
    follows: int | None = None
    parent: int | None = None
    step: int = 0


@dataclass(frozen=True)
class Confirmation:
    """What a trial confirms: it trains another trial's point again.

    Attributes:
        trial: number of that trial.
        round: from 1; the confirmations of one round have the same fresh seed and the same division of the rows.
    """

    trial: int
    round: int


@dataclass(frozen=True)
class TrialRecord:
    """One trial.

    Attributes:
        number: number of the trial in its study, from 0.
        state: name of the Optuna state, in capitals.
        end: the kind of end; None while the trial runs or waits.
        value: the study's first objective at the last evaluation; None without an evaluation.
        params: parameters by name.
        evaluations: all evaluations, in order.
        cost: what the trial cost so far; None before that is known.
        cause: explanation of the end for the user; may be empty.
        started: start of the trial; None while it waits.
        ended: end of the trial; None before that.
        lineage: place in population-based training; None outside of a population.
        confirms: what it confirms; None for a trial that the search proposed.
    """

    number: int
    state: str
    end: TrialEnd | None
    value: float | None
    params: Mapping[str, Value]
    evaluations: tuple[Evaluation, ...]
    cost: Cost | None
    cause: str
    started: datetime | None
    ended: datetime | None
    lineage: Lineage | None = None
    confirms: Confirmation | None = None

    @property
    def inherited(self) -> int:
        """The step up to which the parent trained this model; 0 without a parent, or if its state was missing."""
        if self.lineage is None or not self.evaluations or self.evaluations[0].step <= self.lineage.step:
            return 0
        return self.lineage.step

    @property
    def best(self) -> Evaluation | None:
        """The evaluation whose model the checkpoint holds; None before the first evaluation."""
        return next((evaluation for evaluation in reversed(self.evaluations) if evaluation.is_best), None)

    @property
    def sample_rows(self) -> int | None:
        """Training rows of the sample that the model in the checkpoint was fitted to; None if it is no such model."""
        return None if self.best is None else self.best.sample_rows

    @property
    def folds(self) -> tuple[Evaluation, ...]:
        """The evaluations of single folds; empty for a trial without cross-validation."""
        return tuple(evaluation for evaluation in self.evaluations if evaluation.fold is not None)

    @property
    def fraction(self) -> float:
        """Share of the full budget at the last evaluation, from 0 to 1."""
        return self.evaluations[-1].fraction if self.evaluations else 0.0


@dataclass(frozen=True)
class StudyIdentity:
    """A study as it is known outside of its database.

    Attributes:
        name: name of the study.
        uuid: distinguishes the study from others that had the same name; empty for a study that was created before
            uuids existed.
    """

    name: str
    uuid: str


@dataclass(frozen=True)
class StudyRecord:
    """One study with its trials.

    Attributes:
        name: name of the study.
        goals: the objectives and constraints.
        created: when the study was created; None if it is unknown.
        data_fingerprint: fingerprint of the data set.
        trials: all trials, in the order of their numbers, those that confirm others included.
        uuid: distinguishes the study from others that had the same name; empty if `automl` did not create it.
        traits: description of the data set; None for studies of versions that did not record it.
        energy_kwh: energy that its searches took, in kWh, as far as it was measured; None if it was not.
    """

    name: str
    goals: Goals
    created: datetime | None
    data_fingerprint: str
    trials: tuple[TrialRecord, ...]
    uuid: str = ""
    traits: DatasetTraits | None = None
    energy_kwh: float | None = None

    @property
    def identity(self) -> StudyIdentity:
        """The name and the uuid of the study."""
        return StudyIdentity(self.name, self.uuid)

    @property
    def proposed(self) -> tuple[TrialRecord, ...]:
        """The trials that the search proposed: those that may win, without confirmations."""
        return tuple(trial for trial in self.trials if trial.confirms is None)

    @property
    def confirmations(self) -> tuple[TrialRecord, ...]:
        """The trials that confirm others."""
        return tuple(trial for trial in self.trials if trial.confirms is not None)

    @property
    def folds(self) -> int:
        """The number of folds of cross-validation; 0 without it, or before a trial has finished all folds."""
        return max((len(trial.folds) for trial in self.trials if trial.best is not None), default=0)


@dataclass(frozen=True)
class DriverRecord:
    """One driver of a study that is not marked as ended.

    Attributes:
        id: 32 hexadecimal digits.
        ordinal: how many drivers joined the study before it.
        host: name of its machine.
        pid: its process id on that machine.
        workspace: the folder in which it keeps its files.
        started: when it joined, in local time.
        stop_requested: whether it was asked to end its search.
        alive: False if it is certainly dead; None if that is unknown, because it runs on another machine and its
            heartbeat has not been watched for long enough.
        trials: numbers of the trials that it runs.
    """

    id: str
    ordinal: int
    host: str
    pid: int
    workspace: Path
    started: datetime
    stop_requested: bool
    alive: bool | None
    trials: tuple[int, ...]


@dataclass(frozen=True)
class RecommendedPoint:
    """A point that performed well in an earlier study, whose name is `study`."""

    study: str
    point: Mapping[str, Value]


@dataclass(frozen=True)
class NewStudy:
    """The settings of a new study. The database stores them, so that it can be resumed without the experiment file.

    Attributes:
        name: name of the study.
        goals: the objectives and constraints.
        experiment: the experiment as JSON.
        data_fingerprint: fingerprint of the data set.
        budget_examples: training examples of a full trial.
        max_length: tokens at which a text is truncated.
        pretrained_budget_examples: training examples of a full trial of a pretrained model; None: `budget_examples`.
        traits: description of the data set.
        recommended: points of earlier studies, in the order in which they are tried.
        pace: how fast one slot trains; that of a usual core where it was not measured.
    """

    name: str
    goals: Goals
    experiment: str
    data_fingerprint: str
    budget_examples: int
    max_length: int
    pretrained_budget_examples: int | None = None
    traits: DatasetTraits | None = None
    recommended: tuple[RecommendedPoint, ...] = ()
    pace: Pace = USUAL_PACE
