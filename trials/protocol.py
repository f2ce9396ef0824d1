"""Input and output of a trial: plain frozen data, free of torch, that crosses processes.

A trial is a generator of `TrialReport`s. It is stopped by closing the generator, so no callback is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from search_spaces import AnyPoint, Point

BUDGET_STEPS = 81
"""Steps of a full budget; rungs a factor of 3 apart fall on whole steps."""

EVALUATION_STEPS = (1, 9, 27, 54, 81)
"""Steps at which every trial is evaluated. The first evaluation comes early, and uses a sample only."""

EVALUATION_EVERY = 9
"""Steps between evaluations where these are cheap, so that the best model is not missed."""

EVALUATION_COST = 1 / 3
"""Cost of evaluating a text relative to training on it: the backward pass costs twice the forward pass."""

LITTLE = 0.1
"""Largest cost of all evaluations, as a share of the training, for which there are more than `EVALUATION_STEPS`."""


def evaluation_steps(budget_examples: int, validation_rows: int) -> tuple[int, ...]:
    """Return the steps at which trials are evaluated.

    Args:
        budget_examples: training examples of a full run, repeats included.
        validation_rows: rows of the validation split.
    """
    many = tuple(range(EVALUATION_EVERY, BUDGET_STEPS + 1, EVALUATION_EVERY))
    cost = len(many) * validation_rows * EVALUATION_COST
    return (1, *many) if cost <= LITTLE * budget_examples else EVALUATION_STEPS


LEAST_CORRELATION = 0.02
"""Correlation below which a model is no better than a constant, whose correlation is 0."""

CORRELATIONS = ("mcc", "qwk", "spearman")
"""The metric of each task that is the correlation of predictions with labels: of classes, of ranks and of numbers."""


class TrialEnd(StrEnum):
    """The one reason for which a trial ended."""

    COMPLETED = "completed"
    PRUNED = "pruned"
    DIVERGED = "diverged"
    OUT_OF_MEMORY = "out_of_memory"
    PREEMPTED = "preempted"
    ERROR = "error"


@dataclass(frozen=True)
class Inheritance:
    """The training state of another trial from which a trial starts.

    Attributes:
        state: folder of the other trial's training state.
        point: point of the other trial.
    """

    state: Path
    point: Point


@dataclass(frozen=True)
class TrialJob:
    """All that a worker needs to run one trial, except the data.

    Attributes:
        number: number of the trial in its study.
        point: what the trial evaluates.
        seed: seed of all random numbers.
        budget_examples: training examples of a full run, repeats included.
        metric: a metric of the task of the data; the best model is chosen by it.
        checkpoint: folder that receives the model of the best evaluation.
        state: folder for the training state, from which an unfinished trial resumes after its last evaluation.
        steps: steps of the evaluations; the first and the last are those of `EVALUATION_STEPS`.
        told: last step whose evaluation the study already has; 0 if none.
        best: score of the model in `checkpoint`, which only a better one replaces; None if there is none.
        batch_parts: number of parts in which each batch is computed; more than 1 if memory was short.
        cache: folder for what several trials share; None shares nothing.
        inherits: where the trial starts as long as it has no state of its own.
        precision: one of `trials.hardware.precision.PRECISIONS`.
        device: device of torch, or "auto".
        threads: CPU threads.
        folds: if given, the trial is cross-validated, and `steps`, `state`, `told` and `best` have no meaning.
        measures: those of `trials.serving_costs.SERVING_COSTS` that are measured once, at the first evaluation.
        memory_share: largest share of a GPU's memory, in (0, 1]; None means no limit.
        processes: processes that train the model together, each with a copy or a shard of it.
        sharded: whether each process has a shard.
        resplit: seed by which training and validation rows are divided anew, in the same sizes; None keeps the splits.
    """

    number: int
    point: AnyPoint
    seed: int
    budget_examples: int
    metric: str
    checkpoint: Path
    state: Path
    steps: tuple[int, ...] = EVALUATION_STEPS
    told: int = 0
    best: float | None = None
    batch_parts: int = 1
    cache: Path | None = None
    inherits: Inheritance | None = None
    precision: str = "auto"
    device: str = "auto"
    threads: int = 1
    folds: "Folds | None" = None
    measures: tuple[str, ...] = ()
    memory_share: float | None = None
    processes: int = 1
    sharded: bool = False
    resplit: int | None = None

    @property
    def built_on(self) -> str | None:
        """Device on which the model is built: "cpu" for a model that is sharded later, else None."""
        return "cpu" if self.sharded else None


@dataclass(frozen=True)
class PaceJob:
    """All that a worker needs to measure how fast models train.

    Attributes:
        points: a point of each kind of model, by a name of the caller's choice.
        texts: texts to train on, of a typical length.
        max_length: tokens at which a text is truncated.
        classes: number of classes.
        seconds: seconds over which the training of each model is measured, after a first batch.
        precision: one of `trials.hardware.precision.PRECISIONS`.
        device: device of torch, or "auto".
        threads: CPU threads.
        memory_share: largest share of a GPU's memory, in (0, 1]; None means no limit.
        members: numbers of trials that may be trained as one program, ascending; packs of each are measured, too.
    """

    points: Mapping[str, Point]
    texts: tuple[str, ...]
    max_length: int
    classes: int
    seconds: float = 0.4
    precision: str = "auto"
    device: str = "auto"
    threads: int = 1
    memory_share: float | None = None
    members: tuple[int, ...] = ()


@dataclass(frozen=True)
class MeasuredPace:
    """How fast models of one kind train.

    Attributes:
        alone: training tokens per second of one model.
        packs: those of packs, all members together, by number of members; without those that cannot be trained.
    """

    alone: float
    packs: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluation:
    """One evaluation on the validation split; the first one of a trial uses a sample of the split.

    Of a cross-validated trial, each evaluation but the last is of one held-out fold, and the last has the means over
    all folds. Two evaluations that differ in `usage` only are equal.

    Attributes:
        step: step of `BUDGET_STEPS`.
        examples: training examples so far; of a model without training steps, the rows that it is fitted to.
        metrics: every metric of the task, each finite, and the serving costs that the job asks for.
        train_loss: mean training loss since the previous evaluation.
        learning_rate: current learning rate.
        seconds: seconds since the start of the trial.
        is_best: whether the checkpoint now holds the model of this evaluation.
        fold: index of the fold, from 0; None unless it is the evaluation of one fold.
        deviations: standard deviations over the folds; None unless it is the last evaluation of a cross-validation.
        usage: resources that the process used since the previous evaluation; None if too little time has passed.
        temperature: by which the model's logits are divided, in the metrics and in the checkpoint; of a cross-validated
            trial, the geometric mean over the folds.
        saves_state: whether the training state was saved with it; the last evaluation has none to save.
        thresholds: with several labels a text, the probability from which on it gets each label, likewise.
        shared_seconds: of the seconds, those that went into what other trials reuse.
    """

    step: int
    examples: int
    metrics: Mapping[str, float]
    train_loss: float
    learning_rate: float
    seconds: float
    is_best: bool
    fold: int | None = None
    deviations: Mapping[str, float] | None = None
    usage: Mapping[str, float] | None = field(default=None, compare=False)
    temperature: float = 1.0
    thresholds: tuple[float, ...] = ()
    saves_state: bool = True
    shared_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Take thresholds from JSON, too, which has lists."""
        object.__setattr__(self, "thresholds", tuple(self.thresholds))

    @property
    def fraction(self) -> float:
        """Spent share of the full budget, from 0 to 1."""
        return self.step / BUDGET_STEPS

    @property
    def place(self) -> str:
        """Position in the trial, in words."""
        return f"{self.fraction:.0%} of the budget" if self.fold is None else f"fold {self.fold + 1}"

    @property
    def is_constant(self) -> bool:
        """Whether the model tells texts apart no better than one that gives every text the same answer."""
        return any(abs(self.metrics.get(name, 1.0)) < LEAST_CORRELATION for name in CORRELATIONS)

    @property
    def is_look(self) -> bool:
        """Whether the evaluation used a sample only, so that its score is not comparable with the others."""
        return self.step == EVALUATION_STEPS[0]


@dataclass(frozen=True)
class Folds:
    """How a trial is cross-validated.

    Attributes:
        count: number of folds into which training and validation rows together are divided.
        seed: seed of the division.
        done: evaluations of the folds that an earlier attempt has finished, in order.
    """

    count: int
    seed: int
    done: tuple[Evaluation, ...] = ()

    def step(self, fold: int) -> int:
        """Return the step at which `fold`, an index from 0, is done.

        It is the same in every trial: all folds and the final training share the budget. It is never the last step.
        """
        return BUDGET_STEPS * (fold + 1) // (self.count + 1)


@dataclass(frozen=True)
class Cost:
    """What a trial has cost so far.

    Attributes:
        seconds: seconds since the start of the trial.
        examples: training examples.
        examples_per_second: training examples over the time of training alone.
        parameters: parameters of the model.
        peak_memory_bytes: peak memory of the process (CPU) or of the device (GPU), in bytes.
        batch_parts: number of parts in which batches were computed at the end; more than 1 if memory was short.
        shared_seconds: seconds that went into what other trials reuse.
        pretraining_loss: final loss of the self-supervised stage; None if there was none.
        eager_because: why training steps on a GPU were not CUDA graphs, which are faster; empty if they were, or no GPU
            was used.
        number_format: format of large products; empty where a linear model has none, and for trials of old.
        members: mean number of trials that were trained as one program with this one, itself included. They share the
            time; of the memory, this one's part is counted.
    """

    seconds: float
    examples: int
    examples_per_second: float
    parameters: int
    peak_memory_bytes: int
    batch_parts: int = 1
    shared_seconds: float = 0.0
    pretraining_loss: float | None = None
    eager_because: str = ""
    number_format: str = ""
    members: float = 1.0


@dataclass(frozen=True)
class TrialReport:
    """One report of a trial; without evaluation and end it only shows that the trial is alive.

    Attributes:
        evaluation: a new evaluation, or None.
        end: why the trial has ended; None while it runs.
        cost: the cost so far.
        cause: explanation of an end that is a failure.
    """

    evaluation: Evaluation | None
    end: TrialEnd | None
    cost: Cost
    cause: str = ""


@dataclass(frozen=True)
class MemberReport:
    """A report of one of the trials that a worker runs.

    Attributes:
        number: number of the trial.
        report: its report.
    """

    number: int
    report: TrialReport


@dataclass(frozen=True)
class WorkerReports:
    """The reports of a worker since its last ones.

    Attributes:
        reports: the reports, in order.
        most_members: number of trials that such a pack can have at most, if that has turned out to be less than wanted;
            1 if its trials must run alone.
        why: the reason for this, for the user.
    """

    reports: tuple[MemberReport, ...]
    most_members: int | None = None
    why: str = ""
