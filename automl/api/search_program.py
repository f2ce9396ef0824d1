"""The process of a search that a program has asked for: `python -m automl.api.search_program FILE_DESCRIPTOR`.

It reads one request from the socket, sends messages for the user and events while it searches, and then its answer. If
the other end is closed, because the program has ended, the search ends as after Ctrl-C.
"""

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from traceback import format_exc

from automl.api.messages import (
    Answer,
    Crashed,
    Failed,
    Finished,
    Noticed,
    Progress,
    Request,
    Said,
    SearchRequest,
    WatchBegan,
    WatchEnded,
)
from automl.console import Console
from automl.core import AutomlError, Event, Interrupted, Listener, without_password
from automl.session import SearchResult, resume, search
from search_spaces import Value


class Outbox:
    """Sends messages from several threads; once the other end is closed, they are dropped.

    Args:
        connection: the socket.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: Progress | Answer) -> None:
        """Send `message`."""
        with self._lock, suppress(OSError):
            self._connection.send(message)

    def notice(self, event: Event) -> None:
        """Send `event` of the search."""
        self.send(Noticed(event))


class RemoteConsole(Console):
    """A console whose lines and events are shown by the program that has asked for the search.

    Args:
        outbox: sends them.
    """

    def __init__(self, outbox: Outbox) -> None:
        super().__init__()
        self._outbox = outbox

    def say(self, sentence: str) -> None:
        """Send the text `sentence`."""
        self._outbox.send(Said(sentence))

    @contextmanager
    def watch(self, defaults: Mapping[str, Value]) -> Iterator[Listener]:
        """Yield a listener that sends the events; `defaults` are sent before them."""
        self._outbox.send(WatchBegan(dict(defaults)))
        try:
            yield self._outbox
        finally:
            self._outbox.send(WatchEnded())


def answer(request: Request, console: Console) -> Answer:
    """Return the answer to `request`, whatever happens.

    Args:
        request: what is to be searched.
        console: shows messages and progress.
    """
    try:
        return Finished(_run(request, console))
    except AutomlError as error:
        return Failed(type(error)(without_password(str(error))))
    except KeyboardInterrupt:
        return Failed(Interrupted("interrupted before there was a result"))
    except Exception:  # a fault of this program
        return Crashed(without_password(format_exc()))


def _run(request: Request, console: Console) -> SearchResult:
    if isinstance(request, SearchRequest):
        return search(request.experiment, console)
    return resume(request.workspace, request.study, request.trials, request.time_budget, request.address, console)


def main(descriptor: int) -> None:
    """Answer the request that comes from the socket `descriptor`."""
    os.set_inheritable(descriptor, False)
    connection = Connection(descriptor)
    outbox = Outbox(connection)
    request: Request = connection.recv()
    threading.Thread(target=_end_with_asker, args=(connection,), name="asker-watch", daemon=True).start()
    gc.set_threshold(50_000, 20, 20)  # as on the command line: imports make much and free nothing
    outbox.send(answer(request, RemoteConsole(outbox)))


def _end_with_asker(connection: Connection) -> None:
    with suppress(EOFError, OSError):
        connection.recv()
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main(int(sys.argv[1]))
