"""What a worker needs to run one trial."""

from dataclasses import dataclass
from pathlib import Path

from search_spaces import AnyPoint, Point
from trials.protocol.evaluation import Evaluation
from trials.protocol.steps import BUDGET_STEPS, EVALUATION_STEPS


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
        folds: if given, the trial is cross-validated: `steps`, `told` and `best` have no meaning, and the logits of
            finished folds lie in `state`.
        measures: those of `trials.serving_costs.SERVING_COSTS` that are measured once, at the first evaluation.
        memory_share: largest share of a GPU's memory, in (0, 1]; None means no limit.
        processes: processes that train the model together, each with a copy or a shard of it.
        sharded: whether each process has a shard.
        earlier: the last evaluation of an earlier attempt, of a model of a sample of the rows, after which the trial
            goes on; for the second fit of a model that is handed over, the one whose sample is used. None: there is
            none.
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
    folds: Folds | None = None
    measures: tuple[str, ...] = ()
    memory_share: float | None = None
    processes: int = 1
    sharded: bool = False
    earlier: Evaluation | None = None
    resplit: int | None = None

    @property
    def built_on(self) -> str | None:
        """Device on which the model is built: "cpu" for a model that is sharded later, else None."""
        return "cpu" if self.sharded else None
