"""Budgets of full trials, in training examples, and the pace at which they are spent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from search_spaces import AnyPoint, Point, Pretrained

TOKENS_PER_SECOND = 20_000
"""Throughput of the default model (width 128, depth 2) on a usual core: 80 texts of BBC News with 256 tokens."""

SCRATCH_WEIGHTS = 12 * 2 * 128**2
"""Weights in the layers of the default model."""

WEIGHTS_PER_SECOND = TOKENS_PER_SECOND * SCRATCH_WEIGHTS
"""Throughput of the default model in tokens times weights of layers per second. MiniLM measured 1.1 times as much."""


@dataclass(frozen=True)
class Budgets:
    """The full budget of a trial, in training examples.

    Attributes:
        scratch: budget of a transformer that is trained from scratch.
        pretrained: budget of a pretrained model.
    """

    scratch: int
    pretrained: int

    def of(self, point: AnyPoint) -> int:
        """Return the full budget of a trial of `point`. Models that are fitted in a single step ignore it."""
        return self.pretrained if is_pretrained(point) else self.scratch


@dataclass(frozen=True)
class Pace:
    """How fast one slot of the search trains transformers. The defaults are those of a usual CPU core.

    Attributes:
        scratch: training tokens per second of the space's default transformer that is trained from scratch.
        pretrained: the same of pretrained encoders, in tokens times weights of layers that are trained.
        scratch_pack: trials from scratch that are trained as one program; each then has the pace `scratch`.
        pretrained_pack: the same of pretrained encoders.
        reading: tokens per second that frozen encoders read, by checkpoint, as far as it was measured.
    """

    scratch: float = TOKENS_PER_SECOND
    pretrained: float = WEIGHTS_PER_SECOND
    scratch_pack: int = 1
    pretrained_pack: int = 1
    reading: Mapping[str, float] = field(default_factory=dict)

    def pack_of(self, point: AnyPoint) -> int:
        """Return how many trials like `point` are trained as one program; 1 if it is trained alone."""
        if not isinstance(point, Point):
            return 1
        return self.pretrained_pack if is_pretrained(point) else self.scratch_pack


USUAL_PACE = Pace()
"""The pace of a usual CPU core, where none was measured."""


def is_pretrained(point: AnyPoint) -> bool:
    """Whether a trial of `point` trains a pretrained encoder further, in whole or in part."""
    return isinstance(point, Point) and isinstance(point.architecture, Pretrained)
