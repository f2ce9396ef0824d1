"""Entry point of a job on the cluster's head node: it copies the uploaded files into the study, and searches.

`python -m automl.jobs.job_entrypoint search`, in the uploaded folder, or `... resume STUDY --workspace FOLDER ...`.
Ray deletes the uploaded folder some time after the job, so the study must not depend on it.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from automl.config import build_experiment
from automl.core import AutomlError, Workspace, without_password
from automl.jobs.job_package import EXPERIMENT_FILE
from automl.storage import create_store
from trials.errors import CheckpointError
from trials.files import replacing

SEARCH = "search"

SUBMITTED_FILES = "submitted"
"""Folder of the uploaded files, in the folder of a study."""


def search() -> int:
    """Start the study from its own copy of the uploaded files, and return the exit code.

    The copy is deleted again if the study was not created.
    """
    experiment = build_experiment(EXPERIMENT_FILE, [], {})
    workspace, study = Workspace(experiment.workspace, experiment.storage), str(experiment.study)
    if _is_known(workspace, study):  # the search will report that the name is taken
        return _automl(SEARCH, EXPERIMENT_FILE)
    folder = workspace.study(study).folder / SUBMITTED_FILES
    with replacing(folder) as staging:
        shutil.copytree(Path.cwd(), staging, dirs_exist_ok=True)
    os.chdir(folder)
    status = _automl(SEARCH, EXPERIMENT_FILE)
    if not _is_known(workspace, study):
        shutil.rmtree(folder)
        with suppress(OSError):  # the folder holds other files, which must stay
            folder.parent.rmdir()
    return status


def resume(words: Sequence[str]) -> int:
    """Resume a study in its copy of the uploaded files, if there is one: it may hold the user's search space.

    Args:
        words: `resume STUDY --workspace FOLDER`, and more options.

    Returns:
        The exit code.
    """
    folder = Workspace(Path(words[3]).expanduser()).study(words[1]).folder / SUBMITTED_FILES
    if folder.is_dir():
        os.chdir(folder)
    return _automl(*words)


def _automl(*words: str) -> int:
    return subprocess.run([sys.executable, "-m", "automl", *words], check=False).returncode


def _is_known(workspace: Workspace, study: str) -> bool:
    with closing(create_store(workspace)) as store:
        return study in store.names()


def main(words: Sequence[str]) -> int:
    """Run the command `words`, and return the exit code. An error is printed to the job's log in one sentence."""
    signal.signal(signal.SIGTERM, lambda *_: None)  # Ray signals the search, too; this process ends after it
    try:
        return search() if words[0] == SEARCH else resume(words)
    except (AutomlError, CheckpointError) as error:
        print(f"error: {without_password(str(error))}", file=sys.stderr)
        return AutomlError.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
