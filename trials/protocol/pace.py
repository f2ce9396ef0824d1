"""What a worker needs to measure how fast models train and read, and what it measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from search_spaces import Point, Probe


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
        readers: probes of frozen encoders that are measured while they read, by a name that no point has.
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
    readers: Mapping[str, Probe] = field(default_factory=dict)


@dataclass(frozen=True)
class MeasuredPace:
    """How fast models of one kind train, or read.

    Attributes:
        alone: tokens per second of one model, in training, or read if its encoder is frozen.
        packs: those of packs, all members together, by number of members; without those that cannot be trained.
    """

    alone: float
    packs: Mapping[int, float] = field(default_factory=dict)
