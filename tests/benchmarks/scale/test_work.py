"""Simulated trials: what they take, what they come to, and how a pool's idle time is added up."""

import statistics

import pytest

from automl.core.events import TrialEnded, TrialEvaluated
from benchmarks.scale.__main__ import Seen
from benchmarks.scale.work import IDLE, Work
from search_spaces import SPACES, Space
from trials.protocol import EVALUATION_STEPS, TrialEnd, TrialJob


def work(number: int = 0, mean: float = 10.0) -> Work:
    point = Space("encoder", SPACES["encoder"]).default_points()[0]
    return Work(TrialJob(number, point, 0, 100, "macro_f1", None, None, EVALUATION_STEPS), mean)


def test_a_trials_parts_are_all_of_it():
    one, slept, ends = work(), 0.0, []
    for _ in EVALUATION_STEPS:
        slept += one.next_seconds
        report = one.report(0.5)
        ends.append(report.end)
        assert report.evaluation.seconds == pytest.approx(slept)
        assert report.evaluation.metrics[IDLE] == 0.5
    assert slept == pytest.approx(one.seconds)
    assert ends == [None] * (len(EVALUATION_STEPS) - 1) + [TrialEnd.COMPLETED]


def test_trials_take_as_long_as_asked_for_on_the_whole_and_not_all_the_same():
    lengths = [work(number).seconds for number in range(3000)]
    assert statistics.fmean(lengths) == pytest.approx(10.0, rel=0.2)
    assert max(lengths) > 50 * min(lengths)


def test_only_what_happens_in_the_window_counts():
    seen = Seen(first=1, last=3)

    def trial(number, idle):
        one = work(number)
        for _ in EVALUATION_STEPS:
            seen.tell(TrialEvaluated(number, one.report(idle).evaluation, 0.5))
        seen.tell(TrialEnded(number, TrialEnd.COMPLETED, 0.5, None, None, ""))
        return one.seconds

    trial(0, 100.0)
    inside = [trial(1, 0.2), trial(2, 0.2)]
    trial(3, 100.0)
    assert seen.worked == pytest.approx(sum(inside))
    assert seen.idle == pytest.approx(2 * 0.2 * len(EVALUATION_STEPS))
