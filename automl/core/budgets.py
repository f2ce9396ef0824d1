"""Budgets of full trials, in training examples."""

from dataclasses import dataclass

from search_spaces import AnyPoint, Point, Pretrained


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


def is_pretrained(point: AnyPoint) -> bool:
    """Whether a trial of `point` trains a pretrained encoder further, in whole or in part."""
    return isinstance(point, Point) and isinstance(point.architecture, Pretrained)
