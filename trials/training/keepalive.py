"""Signs of life of a trial that works for long before it has news."""

from collections.abc import Generator
from typing import TypeVar

from trials.protocol import TrialReport
from trials.training.cost_meter import CostMeter

SECONDS_BETWEEN_SIGNS = 10.0
"""How often a trial that has no news yet says that it is at work."""

Result = TypeVar("Result")


def told(work: Generator[None, None, Result], cost: CostMeter) -> Generator[TrialReport, None, Result]:
    """Does the work, with a report now and then."""
    last = cost.seconds
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        if cost.seconds - last >= SECONDS_BETWEEN_SIGNS:
            last = cost.seconds
            yield TrialReport(None, None, cost.so_far())


def silently(work: Generator[TrialReport, None, Result]) -> Generator[None, None, Result]:
    """Does the work, whose own signs of life somebody else gives."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        yield
