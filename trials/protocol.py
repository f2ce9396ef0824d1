"""What a trial is told and what it says: plain frozen data, free of torch, that crosses processes.

A trial is a generator of `TrialReport`s. It learns that it was stopped by being closed, so no callback points upward.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from search_spaces import AnyPoint, Point

BUDGET_STEPS = 81
"""A full budget is 81 steps, so that rungs a factor of 3 apart fall on whole steps."""

EVALUATION_STEPS = (1, 9, 27, 54, 81)
"""The steps of the budget at which every trial is evaluated. The first comes soon, and looks at a sample only."""

EVALUATION_EVERY = 9
"""Where that costs little, a trial is evaluated after each so many steps, so that its best model is not passed by."""

EVALUATION_COST = 1 / 3
"""What looking at a text costs, in trainings on it: a forward pass, but no backward pass, which is twice as much."""

LITTLE = 0.1
"""The share of a trial's training that all its evaluations may cost, for there to be more than `EVALUATION_STEPS`."""


def evaluation_steps(budget_examples: int, validation_rows: int) -> tuple[int, ...]:
    """The steps at which trials are evaluated that train on so many examples, with so many rows to look at."""
    many = tuple(range(EVALUATION_EVERY, BUDGET_STEPS + 1, EVALUATION_EVERY))
    cost = len(many) * validation_rows * EVALUATION_COST
    return (1, *many) if cost <= LITTLE * budget_examples else EVALUATION_STEPS


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
    """Where another trial was at an evaluation: its training state lies in the folder `state`, its point is `point`."""

    state: Path
    point: Point


@dataclass(frozen=True)
class TrialJob:
    """All that a worker needs to run one trial, beside the encoded data.

    `budget_examples` counts the training examples of a full run, repeats included; `checkpoint` is the folder that
    receives the model of the best evaluation by `metric`, and `state` the one that keeps all that an unfinished trial
    needs to go on from its last evaluation. It is evaluated at `steps`, of which the first and last are those of
    `EVALUATION_STEPS`.

    The rest is for a trial that was begun before: `told` is the last step whose evaluation the study has, `best` the
    score of the model that lies in `checkpoint`, which only a better one may replace. Batches are computed in
    `batch_parts` parts, more than one where memory was short. What several trials need is kept in `cache`.

    With `folds` the trial is cross-validated instead (`trials.workflows.cross_validation`), and `steps`, `state`,
    `told` and `best` have no meaning.
    One that `inherits` goes on from where another trial was, until it has a state of its own.

    Those of `trials.serving_costs.SERVING_COSTS` in `measures` are measured once, at the first evaluation. Where trials
    share a GPU, none may take more of its memory than the `memory_share`.

    Of several `processes` each has a copy of the model, or a shard of it where the job is `sharded`.
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

    @property
    def built_on(self) -> str | None:
        """Where the model is built, if not where it is trained: what no device holds is put into shards first."""
        return "cpu" if self.sharded else None


@dataclass(frozen=True)
class Evaluation:
    """One look at the validation split, after `examples` training examples (`step` of `BUDGET_STEPS`).

    The first one looks at a sample of the split only. `metrics` holds every entry of `METRICS`, each finite, and what
    the model costs in use, as far as the job asks for it. `train_loss` is the mean since the last evaluation, `seconds`
    count from the trial's start. `is_best` says that the checkpoint now holds this evaluation's model.

    Of a trial that is cross-validated, each but the last one is of one `fold`, counted from 0, which its model has not
    seen; the last one has the means over all folds, with their standard `deviations`.

    `usage` says what the trial's process used of its machine since the evaluation before, if that was not just now. Two
    evaluations that differ in nothing else are equal.
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

    @property
    def fraction(self) -> float:
        """Share of the full budget that was spent, from 0 to 1."""
        return self.step / BUDGET_STEPS

    @property
    def place(self) -> str:
        """Where in its trial it stands, in words."""
        return f"{self.fraction:.0%} of the budget" if self.fold is None else f"fold {self.fold + 1}"

    @property
    def is_look(self) -> bool:
        """Whether it saw a sample only, so that its score is no yardstick for the others."""
        return self.step == EVALUATION_STEPS[0]


@dataclass(frozen=True)
class Folds:
    """How a trial is cross-validated: training and validation rows together fall into `count` parts, chosen by `seed`.

    `done` has the evaluations of folds that an earlier try has finished, in their order.
    """

    count: int
    seed: int
    done: tuple[Evaluation, ...] = ()

    def step(self, fold: int) -> int:
        """The step at which a fold is done, the same in every trial: all folds and the last training share the budget.

        None is that of a look at a sample, or of the end.
        """
        return BUDGET_STEPS * (fold + 1) // (self.count + 1)


@dataclass(frozen=True)
class Cost:
    """What a trial has cost so far. Peak memory is of the process (CPU) or of the device (GPU), in bytes.

    Batches were computed in `batch_parts` parts at last: more than one where memory was too short for a whole one. Some
    of the seconds, `shared_seconds`, went into what other trials use again. A self-supervised stage ended with
    `pretraining_loss`; None where there was none.
    """

    seconds: float
    examples: int
    examples_per_second: float
    parameters: int
    peak_memory_bytes: int
    batch_parts: int = 1
    shared_seconds: float = 0.0
    pretraining_loss: float | None = None


@dataclass(frozen=True)
class TrialReport:
    """One piece of news: an evaluation, the trial's end, or both; or none, but that it is at work.

    `cause` explains an end that is a failure.
    """

    evaluation: Evaluation | None
    end: TrialEnd | None
    cost: Cost
    cause: str = ""
