"""Heartbeats of long work, by a clock that the work moves."""

from collections.abc import Generator

import pytest

from trials.protocol import Cost, TrialReport
from trials.training.keepalive import HEARTBEAT_SECONDS, with_heartbeats, without_reports


class Clock:
    """Stands for the cost of a trial."""

    seconds = 100.0

    def so_far(self) -> Cost:
        return Cost(self.seconds, 0, 0.0, 0, 0)


def work(clock: Clock, *steps: float) -> Generator[None, None, str]:
    for seconds in steps:
        clock.seconds += seconds
        yield
    return "done"


def ended(running: Generator[object, None, str]) -> tuple[list[object], str]:
    given = []
    while True:
        try:
            given.append(next(running))
        except StopIteration as end:
            return given, end.value


@pytest.mark.parametrize(
    ("steps", "signs"),
    [
        ((), []),
        ((0.9,), []),
        ((0.9,) * 5, [101.8, 103.6]),
        ((1.0,), [101.0]),
        ((0.5,) * 7, [101.0, 102.0, 103.0]),
        ((30.0, 0.1, 0.1), [130.0]),
    ],
)
def test_there_is_one_at_most_in_each_interval_and_the_result_in_the_end(steps, signs):
    clock = Clock()
    scaled = [seconds * HEARTBEAT_SECONDS for seconds in steps]
    reports, result = ended(with_heartbeats(work(clock, *scaled), clock))
    assert result == "done"
    assert [report.cost.seconds for report in reports] == [
        pytest.approx(100.0 + (sign - 100.0) * HEARTBEAT_SECONDS) for sign in signs
    ]
    assert all((report.evaluation, report.end) == (None, None) for report in reports)


def test_an_error_of_the_work_comes_through():
    def broken() -> Generator[None, None, str]:
        yield
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        ended(with_heartbeats(broken(), Clock()))


def test_silently_reports_are_dropped_and_the_result_stays():
    def reporting() -> Generator[TrialReport, None, int]:
        for _ in range(3):
            yield TrialReport(None, None, Clock().so_far())
        return 7

    assert ended(without_reports(reporting())) == ([None] * 3, 7)
