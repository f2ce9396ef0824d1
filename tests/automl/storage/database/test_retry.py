import time

import pytest
from sqlalchemy.exc import OperationalError

from automl.core.errors import WorkspaceError
from automl.storage.database import retry as patience_module
from automl.storage.database.retry import RetryPolicy, no_retry


class Refused(Exception):
    """What a driver raises when nobody listens."""


Refused.__name__ = "OperationalError"


class Away:
    """Work that fails for the first few tries, as when a server is away."""

    def __init__(self, tries: int) -> None:
        self.left = tries

    def __call__(self) -> str:
        if self.left:
            self.left -= 1
            raise OperationalError("SELECT 1", {}, Refused("connection refused"))
        return "done"


@pytest.fixture
def said():
    return []


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(patience_module, "FIRST_WAIT", 0.01)


def test_work_that_succeeds_is_done_without_a_word(said):
    assert RetryPolicy(said.append, lambda: False).run(Away(0)) == "done"
    assert said == []


def test_one_sentence_when_the_wait_begins_and_one_when_it_is_over(said):
    assert RetryPolicy(said.append, lambda: False).run(Away(4)) == "done"
    assert said == [
        "The database of studies does not answer (connection refused). The search waits until it answers again.",
        "The database of studies answers again.",
    ]


def test_later_tries_may_differ_from_the_first(said):
    assert RetryPolicy(said.append, lambda: False).run(Away(1), lambda: "again") == "again"


def test_a_wait_that_is_given_up_ends_soon(said):
    begun = time.monotonic()
    patience = RetryPolicy(said.append, lambda: time.monotonic() > begun + 0.3)
    with pytest.raises(WorkspaceError):
        patience.run(Away(10_000))
    assert time.monotonic() - begun < 2


def test_without_patience_the_first_failure_is_told():
    with pytest.raises(WorkspaceError, match="connection refused"):
        no_retry().run(Away(1))


def test_work_that_is_one_is_repeated_from_its_beginning(said):
    patience, away, steps = RetryPolicy(said.append, lambda: False), Away(2), []

    def work() -> str:
        steps.append("begin")
        return patience.run(away)

    assert patience.run_as_one(work) == "done"
    assert steps == ["begin"] * 3
    assert len(said) == 2
    assert patience.run(Away(1)) == "done"


def test_an_error_of_ours_is_no_outage(said):
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RetryPolicy(said.append, lambda: False).run(fail)
