"""When Ray Tune is told to end."""

from types import SimpleNamespace

from automl.cluster.tune.adapter import TrialFailure
from automl.cluster.tune.stopper import ManagedStopper


def stopper_of(calls, failure, *, over):
    manager = SimpleNamespace(check=lambda: calls.append("check"), over=over, close=lambda: calls.append("close"))
    scheduler = SimpleNamespace(
        end_what_hangs=lambda: calls.append("hung"),
        end_what_idles=lambda: calls.append("idle"),
        end_workers=lambda: calls.append("workers"),
    )
    return ManagedStopper(manager, failure, scheduler)


def test_a_search_that_goes_on_is_only_looked_at():
    calls = []
    stopper = stopper_of(calls, TrialFailure(), over=False)
    assert not stopper.stop_all()
    assert not stopper("trial", {})
    assert calls == ["check", "hung", "idle"]


def test_the_manager_is_closed_before_the_workers_are_killed():
    calls = []
    assert stopper_of(calls, TrialFailure(), over=True).stop_all()
    assert calls == ["check", "hung", "idle", "close", "workers"]


def test_a_failure_ends_the_search():
    calls, failure = [], TrialFailure()
    failure.error = ValueError("the database is gone")
    assert stopper_of(calls, failure, over=False).stop_all()
    assert calls[-1] == "workers"
