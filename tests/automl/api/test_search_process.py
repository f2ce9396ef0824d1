"""The process of a search, with programs that only pretend to search."""

import os
import signal
import threading
from pathlib import Path

import pytest

from automl.api import search_process as module
from automl.api.messages import SearchRequest
from automl.api.search_process import run_in_process
from automl.config import Experiment
from automl.console import Console
from automl.core import DataProblem, Interrupted, WorkspaceError

REQUEST = SearchRequest(Experiment(data={"source": "nowhere.csv"}))

PROGRAM = """
import os, signal, sys, time
from multiprocessing.connection import Connection
from automl.api.messages import *
from automl.core import Interrupted, SearchFailed
connection = Connection(int(sys.argv[1]))
request = connection.recv()
"""


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Lets another program answer."""

    def use(text):
        (tmp_path / "pretended_search.py").write_text(PROGRAM + text)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(module, "PROGRAM", "pretended_search")

    return use


@pytest.fixture
def lines(monkeypatch):
    found = []
    monkeypatch.setattr(Console, "say", lambda _, sentence: found.append(sentence))
    return found


def test_the_real_program_gives_the_error_of_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataProblem, match=r"'nowhere\.csv' is none of them"):
        run_in_process(REQUEST, None)
    assert not Path("runs/studies.db").exists()


def test_it_works_on_a_thread_and_shows_what_the_search_says(program, lines):
    program("connection.send(Said('Starting Ray')); connection.send(Finished('a result'))")
    found = []
    thread = threading.Thread(target=lambda: found.append(run_in_process(REQUEST, Console())))
    thread.start()
    thread.join()
    assert (found, lines) == (["a result"], ["Starting Ray"])


def test_a_process_that_is_killed_is_an_error_that_says_so(program):
    program("sys.stderr.write('no memory left'); sys.stderr.flush(); os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(WorkspaceError, match=r"(?s)killed by signal 9.*automl.resume.*no memory left"):
        run_in_process(REQUEST, None)


@pytest.mark.parametrize(
    "end", ["sys.stderr.write({0!r}); sys.stderr.flush(); os._exit(1)", "connection.send(Crashed({0!r}))"]
)
def test_an_error_of_the_process_shows_no_password(program, end):
    program(end.format("cannot reach postgresql://me:secret@host/studies"))
    with pytest.raises((WorkspaceError, RuntimeError)) as raised:
        run_in_process(REQUEST, None)
    assert "postgresql://me:***@host/studies" in str(raised.value) and "secret" not in str(raised.value)


WAITS = """
def stop(*_):
    connection.send({answer})
    os._exit(0)
signal.signal(signal.SIGINT, stop)
connection.send(Said("waiting"))
time.sleep(60)
"""


@pytest.fixture
def interrupting(monkeypatch):
    """Presses Ctrl-C when the search says something. A process in the background may have been told to ignore it."""
    monkeypatch.setattr(Console, "say", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_the_search_in_good_order_and_gives_its_result(program, interrupting):
    program(WAITS.format(answer="Finished('the best so far')"))
    assert run_in_process(REQUEST, Console()) == "the best so far"


def test_ctrl_c_without_a_result_is_that_of_python(program, interrupting):
    program(WAITS.format(answer="Failed(Interrupted('before the first trial'))"))
    with pytest.raises(KeyboardInterrupt, match="before the first trial") as raised:
        run_in_process(REQUEST, Console())
    assert not isinstance(raised.value, Interrupted)


def test_a_fault_of_the_program_shows_its_traceback(program):
    program("connection.send(Crashed('Traceback ... ZeroDivisionError'))")
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run_in_process(REQUEST, None)
