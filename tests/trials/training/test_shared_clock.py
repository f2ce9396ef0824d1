from types import SimpleNamespace

from trials.training import shared_clock
from trials.training.shared_clock import SharedClock


def test_each_second_is_divided_among_those_that_run_in_it(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(shared_clock, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    clock = SharedClock()
    clock.run(4)
    now[0] = 8.0
    assert clock.part == 2.0
    clock.run(2)
    now[0] = 10.0
    assert (clock.part, clock.count) == (3.0, 2)
    clock.run(0)
    now[0] = 11.0
    assert (clock.part, clock.count) == (4.0, 1)
