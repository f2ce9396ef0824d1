"""Ends a command quietly when the reader of its output has gone."""

import signal


def end_with_reader() -> None:
    """Restore the default action of SIGPIPE, so `automl show STUDY | head` ends without an error message.

    Commands that serve or search must not call it: a lost network connection would end them, too.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
