"""Budgets of full trials, in training examples."""

from dataclasses import dataclass

from search_spaces import AnyPoint, Point, Pretrained


@dataclass(frozen=True)
class Budgets:
    """Training examples of a full trial: of a transformer from scratch, and of a pretrained one."""

    scratch: int
    pretrained: int

    def of(self, point: AnyPoint) -> int:
        """The budget of a trial of `point`; one that is fitted in one go has no use for it."""
        return self.pretrained if _is_pretrained(point) else self.scratch


def _is_pretrained(point: AnyPoint) -> bool:
    return isinstance(point, Point) and isinstance(point.architecture, Pretrained)
