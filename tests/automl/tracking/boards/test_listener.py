import threading

from automl.core.events import SearchEnded, StopReason
from automl.tracking.boards.listener import BoardListener, Together
from tests.automl.tracking.news import one_of_each_end, search_started, trial_evaluated, trial_started


class Board:
    """It notes what it is given, and may fail at one event or wait for the test."""

    def __init__(self, fails_at=None, wait=None):
        self.events, self.is_closed = [], False
        self._fails_at, self._wait = fails_at, wait

    def write(self, event):
        if self._wait is not None:
            self._wait.wait()
        if len(self.events) == self._fails_at:
            raise OSError("no room")
        self.events.append(event)

    def close(self):
        self.is_closed = True


def test_a_board_gets_all_events_in_their_order_on_another_thread():
    board, threads, events = Board(), [], list(one_of_each_end())

    def opened():
        threads.append(threading.current_thread())
        return board

    with BoardListener("Board", opened, print) as listener:
        for event in events:
            listener.notice(event)
    assert board.events == events and board.is_closed
    assert threads != [threading.current_thread()]


def test_a_board_is_not_opened_before_there_is_a_result():
    opened = []
    with BoardListener("Board", lambda: opened.append(1), print) as listener:
        listener.notice(search_started())
        listener.notice(trial_started(0))
    assert opened == []


def test_the_first_error_ends_the_records_and_is_told_once():
    board, warnings = Board(fails_at=2), []
    with BoardListener("Board", lambda: board, warnings.append) as listener:
        for event in one_of_each_end():
            listener.notice(event)
    assert len(board.events) == 2 and board.is_closed
    assert warnings == ["Board records no more of this search: no room. The search continues."]


def test_a_board_that_hangs_does_not_hold_up_the_end_of_a_search():
    free, warnings = threading.Event(), []
    listener = BoardListener("Board", lambda: Board(wait=free), warnings.append)
    listener.notice(trial_evaluated(0, 1, 0.5))
    listener.close(seconds=0.0)
    assert warnings == ["Board did not record everything within 0 s; the rest of it is given up."]
    free.set()


def test_listeners_hear_each_event_in_turn():
    heard = []

    class Ear:
        def __init__(self, name):
            self.name = name

        def notice(self, event):
            heard.append((self.name, event))

    end = SearchEnded(StopReason.TRIALS)
    Together([Ear("a"), Ear("b")]).notice(end)
    assert heard == [("a", end), ("b", end)]
