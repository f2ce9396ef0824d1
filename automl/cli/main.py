"""The command `automl`: from the arguments to an exit code."""

import gc
import sys
from traceback import format_exc

from automl.cli.password_hiding import hide_passwords
from automl.core import AutomlError, without_password


def main() -> None:
    """Runs the command; a mistake of the user's ends as one message and exit code 2, without a traceback."""
    hide_passwords()
    gc.set_threshold(50_000, 20, 20)  # imports make much and free nothing: 1.4 s instead of 1.7 s until Ray starts
    from automl.cli.app import run  # after the passwords are hidden: what it imports takes a while

    try:
        run()
    except AutomlError as error:
        print(f"error: {without_password(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(141)  # whoever read us is gone
    except Exception:  # a fault of ours: its traceback is shown, but no password in it
        print(without_password(format_exc()), file=sys.stderr, end="")
        sys.exit(1)
