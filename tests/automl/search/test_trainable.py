"""The worker's own decision to be replaced."""

import pytest

from automl.search import trainable
from automl.search.trainable import TRIALS_UNTIL_STEADY, TrialActor

MEGABYTE = 2**20


@pytest.fixture
def actor(monkeypatch):
    """A worker whose memory the test sets, and whose trials do nothing."""
    made = TrialActor.__new__(TrialActor)
    made.memory = 1000 * MEGABYTE
    monkeypatch.setattr("trials.memory.resident_bytes", lambda: made.memory)
    monkeypatch.setattr(TrialActor, "_begin", lambda self, config: None)
    return made


def test_a_worker_takes_trial_after_trial_while_its_memory_stays(actor):
    for _ in range(100):
        actor.memory = 1400 * MEGABYTE if actor.memory == 1000 * MEGABYTE else 1000 * MEGABYTE
        assert actor.reset_config({})


def test_a_worker_that_has_grown_by_half_refuses_the_next_trial(actor):
    for _ in range(TRIALS_UNTIL_STEADY):
        actor.memory += 100 * MEGABYTE  # what its first trials load belongs to it
        assert actor.reset_config({})
    actor.memory = 1300 * 1.49 * MEGABYTE
    assert actor.reset_config({})
    actor.memory = 1300 * 1.51 * MEGABYTE
    assert not actor.reset_config({})


def test_a_small_worker_may_double(actor):
    actor.memory = 100 * MEGABYTE
    for _ in range(TRIALS_UNTIL_STEADY):
        assert actor.reset_config({})
    actor.memory = 100 * MEGABYTE + trainable.SMALLEST_GROWTH
    assert actor.reset_config({})
