"""What a trial tells of itself: its evaluations, its cost, and its end."""

from dataclasses import dataclass
from enum import StrEnum

from trials.protocol.evaluation import Evaluation


class TrialEnd(StrEnum):
    """The one reason for which a trial ended."""

    COMPLETED = "completed"
    PRUNED = "pruned"
    DIVERGED = "diverged"
    OUT_OF_MEMORY = "out_of_memory"
    PREEMPTED = "preempted"
    ERROR = "error"


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
