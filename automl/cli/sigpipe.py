"""What becomes of a command whose output nobody reads any more."""

import signal


def end_with_reader() -> None:
    """Lets a reader that leaves early (`automl show STUDY | head`) end this process without a word, as in any pipe.

    Not for a command that serves or searches: there a lost connection would end it, too.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
