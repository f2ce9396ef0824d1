"""Heartbeats of a trial that works for long before its next report."""

from collections.abc import Generator
from typing import TypeVar

from trials.protocol import TrialReport
from trials.training.cost_meter import CostMeter

HEARTBEAT_SECONDS = 10.0
"""Interval between the heartbeats of a trial that has nothing to report yet."""

Result = TypeVar("Result")


def with_heartbeats(work: Generator[None, None, Result], cost: CostMeter) -> Generator[TrialReport, None, Result]:
    """Run `work` and return its result, with at most one heartbeat every `HEARTBEAT_SECONDS`.

    Args:
        work: yields often enough; between two of its yields there is no heartbeat.
        cost: cost of the trial, which each heartbeat contains.
    """
    last = cost.seconds
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        if cost.seconds - last >= HEARTBEAT_SECONDS:
            last = cost.seconds
            yield TrialReport(None, None, cost.so_far())


def without_reports(work: Generator[TrialReport, None, Result]) -> Generator[None, None, Result]:
    """Run `work` and return its result; its reports are dropped, because the caller sends the heartbeats."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        yield
