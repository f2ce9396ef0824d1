"""Entry point of the command `automl`."""

import gc
import sys
from traceback import format_exc

from automl.cli.password_hiding import hide_passwords
from automl.core import AutomlError, without_password


def main() -> None:
    """Run the command; an `AutomlError` is printed without a traceback and sets the exit code, usually 2."""
    hide_passwords()
    gc.set_threshold(50_000, 20, 20)  # imports make much and free nothing: 1.4 s instead of 1.7 s until Ray starts
    from automl.cli.app import run  # after the passwords are hidden: what it imports takes a while

    try:
        run()
    except AutomlError as error:
        print(f"error: {without_password(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(141)  # the reader of the output has closed the pipe
    except Exception:  # a bug: the traceback is printed with passwords hidden
        print(without_password(format_exc()), file=sys.stderr, end="")
        sys.exit(1)
