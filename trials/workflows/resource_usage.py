"""Resources that a trial's process uses between two evaluations."""

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

import psutil
import torch

from trials.protocol import Evaluation, TrialReport

SHORTEST_SECONDS = 0.02
"""Shortest measurable interval; the system counts the CPU time of a process in hundredths of a second."""

MEGABYTE = 1e6


class UsageMeter:
    """Measures from its creation, and from then on between two calls of `since_last`."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._at = time.perf_counter(), self._cpu_seconds()

    def since_last(self) -> dict[str, float] | None:
        """Return the usage by the names of MLflow's system metrics; None if the interval is too short.

        CPU utilization is in percent of one core; memory is what the process holds now, in megabytes.
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


def with_usage(trial: Generator[TrialReport, None, Evaluation]) -> Generator[TrialReport, None, Evaluation]:
    """Yield the reports of `trial` and return its result, with the usage added to each evaluation."""
    meter = UsageMeter()
    with closing(trial):
        while True:
            try:
                report = next(trial)
            except StopIteration as end:
                last: Evaluation = end.value
                return replace(last, usage=meter.since_last())
            if report.evaluation is not None:
                report = replace(report, evaluation=replace(report.evaluation, usage=meter.since_last()))
            yield report
