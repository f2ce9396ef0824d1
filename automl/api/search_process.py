"""Runs a search in a process of its own, and shows its progress here.

So a program may call it from any thread, in an event loop, beside a Ray of its own and without a guard around its main
code, and neither Ray's death nor its settings reach the program.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from traceback import format_exc
from typing import IO, TYPE_CHECKING

from automl.api.messages import (
    Answer,
    Crashed,
    Failed,
    Finished,
    Noticed,
    Progress,
    Request,
    Said,
    WatchBegan,
    WatchEnded,
)
from automl.console import Console
from automl.core import Interrupted, Listener, WorkspaceError, without_password

if TYPE_CHECKING:
    from automl.session import SearchResult

PROGRAM = "automl.api.search_program"

POLL_SECONDS = 0.2
"""Seconds between two looks for Ctrl-C, on systems where waiting holds it back."""

LAST_LINES = 15
"""Lines of the process's errors that a message about its death has."""


def run_in_process(request: Request, console: Console | None) -> "SearchResult":
    """Run the search that `request` asks for in a new process, and wait for its result.

    The first Ctrl-C ends the search in good order, with its best model so far; the second ends it at once.

    Args:
        request: what is to be searched.
        console: shows messages and progress; None shows nothing.

    Returns:
        What the search has found.

    Raises:
        AutomlError: the search failed with a message for the user.
        KeyboardInterrupt: Ctrl-C, before there was a result.
        RuntimeError: a fault of this program.
    """
    with _started() as (process, connection, errors):
        with suppress(OSError):  # the process is dead already, which is found below
            connection.send(request)
        inbox = _Inbox(connection)
        interrupted = _show(inbox, console, process)
        answer = inbox.answer
        if answer is None:
            process.wait()
            errors.seek(0)
            raise _died(process.returncode, errors.read().decode(errors="replace"), interrupted=interrupted)
    return _outcome(answer, interrupted=interrupted)


class _Inbox:
    """Receives messages on a thread of its own, because Ctrl-C in the middle of one would spoil the next."""

    def __init__(self, connection: Connection) -> None:
        self.answer: Answer | None = None
        self._connection = connection
        self._progress: SimpleQueue[Progress] = SimpleQueue()
        self._over = threading.Event()
        threading.Thread(target=self._receive, name="search-inbox", daemon=True).start()

    def next(self) -> Progress | None:
        """Return the next message; None if none has come for a while."""
        try:
            return self._progress.get(timeout=POLL_SECONDS)
        except Empty:
            return None

    @property
    def is_over(self) -> bool:
        """Whether the answer has come, or none will."""
        return self._over.is_set() and self._progress.empty()

    def _receive(self) -> None:
        try:
            while self.answer is None:
                message: Progress | Answer = self._connection.recv()
                if isinstance(message, Finished | Failed | Crashed):
                    self.answer = message
                else:
                    self._progress.put(message)
        except (EOFError, OSError):
            pass
        except Exception:  # a message that cannot be read here
            self.answer = Crashed(format_exc())
            self._connection.close()  # which ends the search
        finally:
            self._over.set()


def _show(inbox: _Inbox, console: Console | None, process: subprocess.Popen[bytes]) -> bool:
    """Show progress until the search is over; return whether it was interrupted here."""
    interruptions = 0
    with _Screen(console) as screen:
        while not inbox.is_over:
            try:
                if (message := inbox.next()) is not None:
                    screen.show(message)
            except KeyboardInterrupt:
                interruptions += 1
                process.send_signal(signal.SIGINT)
                if interruptions > 1:
                    break
    return interruptions > 0


class _Screen:
    """Shows messages on a console; None shows nothing."""

    def __init__(self, console: Console | None) -> None:
        self._console = console
        self._view: Listener | None = None
        self._stack = ExitStack()

    def show(self, message: Progress) -> None:
        if self._console is None:
            return
        match message:
            case Said(sentence):
                self._console.say(sentence)
            case WatchBegan(defaults):
                self._view = self._stack.enter_context(self._console.watch(defaults))
            case Noticed(event):
                if self._view is not None:
                    self._view.notice(event)
            case WatchEnded():
                self._stack.close()

    def __enter__(self) -> "_Screen":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


@contextmanager
def _started() -> Iterator[tuple[subprocess.Popen[bytes], Connection, IO[bytes]]]:
    """Start the process; yield it with the socket to it and the file of its errors. It does not outlive the block."""
    with ExitStack() as stack:
        errors = stack.enter_context(tempfile.TemporaryFile(prefix="automl-search-"))
        ours, theirs = Pipe()
        stack.callback(ours.close)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", PROGRAM, str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": _search_path()},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,  # Ctrl-C reaches this process only, which passes it on
            )
        try:
            yield process, ours, errors
        except BaseException:
            process.send_signal(signal.SIGINT)
            raise
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the process, which ends Ray first; at another Ctrl-C end it at once."""
    try:
        process.wait()
    except KeyboardInterrupt:
        process.kill()
        process.wait()
        raise


def _search_path() -> str:
    """Return this process's `sys.path` for a new one, so that a space of the user's own is found there, too."""
    here = os.getcwd()  # noqa: PTH109 - an entry of `sys.path` is text
    return os.pathsep.join(dict.fromkeys(entry or here for entry in sys.path))


def _outcome(answer: Answer, *, interrupted: bool) -> "SearchResult":
    match answer:
        case Finished(outcome):
            return outcome
        case Failed(error):
            if interrupted and isinstance(error, Interrupted):
                raise KeyboardInterrupt(str(error))
            raise error
        case Crashed(trace):
            raise RuntimeError(f"the search failed by a fault of this program:\n{without_password(trace)}")


def _died(code: int, errors: str, *, interrupted: bool) -> BaseException:
    if interrupted:
        return KeyboardInterrupt("the search was ended at once; automl.resume goes on with its study")
    cause = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
    last = without_password("\n".join(errors.strip().splitlines()[-LAST_LINES:]))
    return WorkspaceError(
        f"the process of the search must run until the search ends, but it {cause}. Nothing of the study is lost: "
        f"automl.resume goes on with it." + (f" The process said:\n{last}" if last else "")
    )
