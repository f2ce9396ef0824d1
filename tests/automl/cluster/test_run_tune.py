"""How a search ends, whatever Tune does. What Tune is told is in test_tune_adapters.py."""

from types import SimpleNamespace

import pytest

from automl.cluster import run_tune
from automl.cluster.run_tune import run_search
from automl.core.errors import WorkspaceError
from automl.core.events import StopReason


class Ledger:
    """As much of a trial manager as the end of a search needs."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def stop(self, reason: StopReason) -> None:
        self.told.append(reason)

    def close(self) -> StopReason:
        self.told.append("closed")
        return StopReason.TRIALS

    def abandon(self) -> None:
        self.told.append("abandoned")


@pytest.fixture
def searched(monkeypatch):
    """Runs a search in which Tune does `work`, which is given what the adapters share of failures."""

    def search(work):
        ledger, shared = Ledger(), []
        for name in ("ManagedScheduler", "ManagedStopper"):
            monkeypatch.setattr(run_tune, name, lambda *_, **__: None)
        monkeypatch.setattr(run_tune, "ManagedSearcher", lambda ledger, mishap, *_: shared.append(mishap))
        for name in ("TuneConfig", "RunConfig", "CheckpointConfig"):
            monkeypatch.setattr(run_tune.tune, name, lambda **_: None)
        tuner = SimpleNamespace(fit=lambda: work(shared[0]))
        monkeypatch.setattr(run_tune.tune, "Tuner", lambda *_, **__: tuner)
        try:
            return run_search(ledger, None, SimpleNamespace(home=None), None, None), ledger.told
        except BaseException as error:
            return error, ledger.told

    return search


def test_a_search_that_ends_says_why(searched):
    assert searched(lambda mishap: None) == (StopReason.TRIALS, ["closed"])


@pytest.mark.parametrize("error", [RuntimeError("a mistake of Tune's"), KeyboardInterrupt()])
def test_where_tune_fails_trials_are_put_back_and_the_error_is_told(searched, error):
    def fail(mishap):
        raise error

    assert searched(fail) == (error, [StopReason.FAILED, "closed"])


@pytest.mark.parametrize("raises", [True, False])
def test_where_the_database_is_lost_nothing_more_is_written_to_it(searched, raises):
    """Tune may tell of it by an error of its own, or end without a word."""
    lost = WorkspaceError("the database is gone")

    def lose(mishap):
        mishap.error = lost
        if raises:
            raise RuntimeError("Tune's own")

    assert searched(lose) == (lost, ["abandoned"])
