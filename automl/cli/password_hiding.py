"""Takes passwords off the command line, where every user of the machine could read them."""

import json
import os
import sys

from automl.core import without_password

ARGUMENTS = "_AUTOML_ARGUMENTS"
"""Hands the real arguments to ourselves; only the same user can read a process's environment."""


def hide_passwords() -> None:
    """Begins this program anew, under the same process id, with `***` for each password in its arguments.

    The system shows a process's arguments to everybody (`ps`), for as long as it runs, and those are the ones that it
    was started with. So it starts itself again without the passwords, and finds the real arguments in its environment,
    which it takes out at once, so that no child process inherits them. Exit code, folder and streams stay.

    What remains is the time until here, some 50 milliseconds in which Python starts, and the shell's own history.
    `AUTOML_STORAGE_URL` and `MLFLOW_TRACKING_URI` have neither.
    """
    if (handed := os.environ.pop(ARGUMENTS, None)) is not None:
        sys.argv[1:] = json.loads(handed)
        return
    given = sys.argv[1:]
    shown = [without_password(argument) for argument in given]
    start = len(sys.orig_argv) - len(given)
    if shown == given or sys.orig_argv[start:] != given:  # a program that set sys.argv: `ps` does not show that
        return
    os.environ[ARGUMENTS] = json.dumps(given)
    # No other program is started, and no shell: the interpreter that runs this, as it was called.
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:start], *shown])  # noqa: S606  # nosec B606
