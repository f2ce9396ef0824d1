"""What a trial's process uses of its machine, from one evaluation to the next."""

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

import psutil
import torch

from trials.protocol import Evaluation, TrialReport

SHORTEST_SECONDS = 0.02
"""Of a shorter time nothing can be told: the system counts a process's time in hundredths of a second."""

MEGABYTE = 1e6


class UsageMeter:
    """Counts from the moment it is made, and anew each time that it is asked."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._at = time.perf_counter(), self._cpu_seconds()

    def since_last(self) -> dict[str, float] | None:
        """By the names that MLflow has for a machine's; None if it was asked a moment ago.

        Processor time is in percent of one core, memory is what the process holds now.
        """
        (before, cpu_before), self._at = self._at, (time.perf_counter(), self._cpu_seconds())
        now, cpu = self._at
        if now - before < SHORTEST_SECONDS:
            return None
        used = {
            "cpu_utilization_percentage": 100 * (cpu - cpu_before) / (now - before),
            "memory_usage_megabytes": self._process.memory_info().rss / MEGABYTE,
        }
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            used["gpu_memory_usage_megabytes"] = torch.cuda.memory_reserved() / MEGABYTE
        return used

    def _cpu_seconds(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def with_usage(story: Generator[TrialReport, None, Evaluation]) -> Generator[TrialReport, None, Evaluation]:
    """The same story, with what was used in each of its evaluations."""
    meter = UsageMeter()
    with closing(story):
        while True:
            try:
                report = next(story)
            except StopIteration as end:
                last: Evaluation = end.value
                return replace(last, usage=meter.since_last())
            if report.evaluation is not None:
                report = replace(report, evaluation=replace(report.evaluation, usage=meter.since_last()))
            yield report
