"""What a trial is said to use of its machine."""

import mmap
import time

import pytest

from trials.protocol import Evaluation, TrialReport
from trials.workflows.resource_usage import SHORTEST_SECONDS, UsageMeter, with_usage


def evaluation(step: int = 9) -> Evaluation:
    return Evaluation(step, step, {"accuracy": 0.5}, 0.5, 1e-3, 1.0, is_best=False)


def busy(seconds: float) -> None:
    """Computes on one core for so long, by this process's own time."""
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass


def test_a_process_that_computes_uses_its_core_and_one_that_sleeps_does_not():
    meter = UsageMeter()
    busy(0.3)
    computing = meter.since_last()["cpu_utilization_percentage"]
    time.sleep(0.3)
    sleeping = meter.since_last()["cpu_utilization_percentage"]
    assert computing > 2 * sleeping, "whatever others take of the core meanwhile"


def test_memory_is_what_the_process_holds():
    meter = UsageMeter()
    held = mmap.mmap(-1, 200_000_000)  # what a trial before has set for `malloc` is nothing to it
    held.write(bytes(len(held)))
    time.sleep(2 * SHORTEST_SECONDS)
    with_it = meter.since_last()["memory_usage_megabytes"]
    held.close()
    time.sleep(2 * SHORTEST_SECONDS)
    assert with_it - meter.since_last()["memory_usage_megabytes"] == pytest.approx(200, abs=60)


def test_every_evaluation_says_it_the_last_one_too_and_what_is_repeated_at_once_does_not():
    def story():
        time.sleep(2 * SHORTEST_SECONDS)
        yield TrialReport(evaluation(9), None, None)
        yield TrialReport(evaluation(27), None, None)
        yield TrialReport(None, None, None)
        time.sleep(2 * SHORTEST_SECONDS)
        return evaluation(81)

    told = with_usage(story())
    reports = [next(told), next(told), next(told)]
    with pytest.raises(StopIteration) as end:
        next(told)
    said = [report.evaluation and report.evaluation.usage is not None for report in reports]
    assert said == [True, False, None]
    assert end.value.value.usage is not None


def test_a_story_that_nobody_hears_any_more_is_closed():
    closed = []

    def story():
        try:
            yield TrialReport(evaluation(), None, None)
        finally:
            closed.append(True)

    kept = story()  # else it would be collected, which ends it too
    told = with_usage(kept)
    next(told)
    told.close()
    assert closed == [True]
