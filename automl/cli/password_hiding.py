"""Removes passwords from the process arguments, which every user of the machine can read."""

import json
import os
import sys

from automl.core import without_password

ARGUMENTS = "_AUTOML_ARGUMENTS"
"""Environment variable with the real arguments; only the same user can read a process's environment."""


def hide_passwords() -> None:
    """Re-execute this program under the same process id, with `***` for each password in its arguments.

    The system shows the arguments of a running process to every user (`ps`). So the program starts itself again without
    the passwords, and reads the real arguments from an environment variable. It removes that variable at once, so no
    child process inherits it. Exit code, working directory and streams stay the same.

    Passwords are still visible for about 50 milliseconds, until Python has started, and in the shell's history.
    `AUTOML_STORAGE_URL` and `MLFLOW_TRACKING_URI` avoid both.
    """
    if (handed := os.environ.pop(ARGUMENTS, None)) is not None:
        sys.argv[1:] = json.loads(handed)
        return
    given = sys.argv[1:]
    masked = [without_password(argument) for argument in given]
    start = len(sys.orig_argv) - len(given)
    if masked == given or sys.orig_argv[start:] != given:  # sys.argv was set by a program; `ps` does not show it
        return
    os.environ[ARGUMENTS] = json.dumps(given)
    # This starts the same interpreter with its original options; no other program and no shell is involved.
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:start], *masked])  # noqa: S606  # nosec B606
