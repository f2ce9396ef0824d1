import os
import signal
import threading
from multiprocessing import Pipe

import pytest

from automl.api import search_program as module
from automl.api.messages import Crashed, Failed, Finished, Noticed, Said, SearchRequest, WatchBegan, WatchEnded
from automl.api.search_program import Outbox, RemoteConsole, answer
from automl.config import Experiment
from automl.core import Interrupted, SearchEnded, SearchFailed, StopReason

REQUEST = SearchRequest(Experiment(data={"source": "bbc-news"}))


@pytest.fixture
def ends():
    ours, theirs = Pipe()
    with ours, theirs:
        yield ours, theirs


def received(connection):
    found = []
    while connection.poll():
        found.append(connection.recv())
    return found


def test_lines_and_events_are_sent_in_order(ends):
    console = RemoteConsole(Outbox(ends[1]))
    console.say("Starting Ray")
    with console.watch({"depth": 2}) as listener:
        listener.notice(SearchEnded(StopReason.TIME))
    expected = [Said("Starting Ray"), WatchBegan({"depth": 2}), Noticed(SearchEnded(StopReason.TIME)), WatchEnded()]
    assert received(ends[0]) == expected


def test_messages_of_several_threads_stay_whole(ends):
    outbox = Outbox(ends[1])
    threads = [threading.Thread(target=lambda: [outbox.send(Said("x" * 300)) for _ in range(50)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    found = [ends[0].recv() for _ in range(100)]
    for thread in threads:
        thread.join()
    assert found == [Said("x" * 300)] * 100


def test_the_end_of_the_program_that_asked_is_a_ctrl_c(monkeypatch, ends):
    sent = []
    monkeypatch.setattr(module.os, "kill", lambda *given: sent.append(given))
    ends[0].close()
    module._end_with_asker(ends[1])
    assert sent == [(os.getpid(), signal.SIGINT)]


def test_nobody_who_listens_is_no_error(ends):
    ends[0].close()
    Outbox(ends[1]).send(Said("to nobody"))


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (SearchFailed("no model"), SearchFailed),
        (KeyboardInterrupt(), Interrupted),
        (SearchFailed("sql://u:secret@h"), SearchFailed),
    ],
)
def test_errors_for_the_user_keep_their_type(raised, kind, monkeypatch, ends):
    def fail(*_):
        raise raised

    monkeypatch.setattr(module, "search", fail)
    found = answer(REQUEST, RemoteConsole(Outbox(ends[1])))
    assert isinstance(found, Failed) and type(found.error) is kind
    assert "secret" not in str(found.error)


def test_a_fault_of_the_program_comes_with_its_traceback_and_a_result_as_it_is(monkeypatch, ends):
    console = RemoteConsole(Outbox(ends[1]))
    monkeypatch.setattr(module, "search", lambda *_: 1 / 0)
    found = answer(REQUEST, console)
    assert isinstance(found, Crashed) and "ZeroDivisionError" in found.trace
    monkeypatch.setattr(module, "search", lambda *_: "a result")
    assert answer(REQUEST, console) == Finished("a result")
