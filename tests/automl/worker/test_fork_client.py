"""A client against a server of our own, which answers in its place. Real forks are in test_trial_process.py."""

import os
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Listener
from pathlib import Path

import pytest

from automl.worker import fork_client
from automl.worker.fork_client import Fork, ForkDied
from automl.worker.fork_server import ADDRESS_VARIABLE
from automl.worker.messages import LeaveTrials, NextReports


@pytest.fixture
def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Lets `serve` answer the next client."""
    address, threads = str(tmp_path / "socket"), []
    monkeypatch.setenv(ADDRESS_VARIABLE, address)

    def start(serve: Callable[[Connection], None]) -> None:
        listener = Listener(address, "AF_UNIX")

        def run() -> None:
            with listener, listener.accept() as connection:
                serve(connection)

        threads.append(threading.Thread(target=run))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join()


def echo(connection: Connection) -> None:
    connection.send(os.getpid())
    try:
        while True:
            connection.send(("answer to", connection.recv()))
    except EOFError:
        return


def test_each_request_has_its_answer_until_the_end(serving):
    serving(echo)
    fork = Fork()
    assert fork.ask(NextReports()) == ("answer to", NextReports())
    assert fork.ask(LeaveTrials()) == ("answer to", LeaveTrials())
    assert fork.resident_bytes > 1_000_000, "of the process that it was told"
    fork.end()
    fork.end()
    with pytest.raises(ForkDied):
        fork.ask(NextReports())


def test_a_process_that_dies_before_it_has_begun_is_told(serving):
    serving(lambda connection: None)
    with pytest.raises(ForkDied, match="the process died before it could do anything"):
        Fork()


def test_a_process_that_is_killed_while_it_is_asked_is_told_by_its_name(serving):
    class Named(Fork):
        WHAT = "the process that trained"

    def die(connection: Connection) -> None:
        connection.send(os.getpid())
        connection.recv()

    serving(die)
    fork = Named()
    with pytest.raises(ForkDied, match="the process that trained was killed"):
        fork.ask(NextReports())
    fork.end()


def test_a_server_that_does_not_listen_yet_is_waited_for(serving, monkeypatch):
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            serving(echo)

    monkeypatch.setattr(fork_client.time, "sleep", sleep)
    Fork().end()
    assert len(waits) >= 3
