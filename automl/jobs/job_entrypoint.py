"""What a job runs on the cluster's head: it puts what came along where a study can be resumed from, and searches.

`python -m automl.jobs.job_entrypoint search`, in the folder that came along, or
`... resume STUDY --workspace FOLDER ...`.
Ray deletes that folder some time after the job, so the study must not hang on it.
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

BAGGAGE = "submitted"
"""In the folder of a study: what came along with it."""


def search() -> int:
    """Begins the study from its own copy of what came along, which stays if the study does; gives the exit code."""
    experiment = build_experiment(EXPERIMENT_FILE, [], {})
    workspace, study = Workspace(experiment.workspace, experiment.storage), str(experiment.study)
    if _is_known(workspace, study):  # the search will refuse to begin it again
        return _automl(SEARCH, EXPERIMENT_FILE)
    folder = workspace.study(study) / BAGGAGE
    with replacing(folder) as staging:
        shutil.copytree(Path.cwd(), staging, dirs_exist_ok=True)
    os.chdir(folder)
    status = _automl(SEARCH, EXPERIMENT_FILE)
    if not _is_known(workspace, study):
        shutil.rmtree(folder)
        with suppress(OSError):  # it has something else, which is not ours to take away
            folder.parent.rmdir()
    return status


def resume(words: Sequence[str]) -> int:
    """Goes on with a study, in its copy of what came along if there is one: a space of the user's own may lie there.

    Args:
        words: `resume STUDY --workspace FOLDER`, and more options.
    """
    folder = Workspace(Path(words[3]).expanduser()).study(words[1]) / BAGGAGE
    if folder.is_dir():
        os.chdir(folder)
    return _automl(*words)


def _automl(*words: str) -> int:
    return subprocess.run([sys.executable, "-m", "automl", *words], check=False).returncode


def _is_known(workspace: Workspace, study: str) -> bool:
    with closing(create_store(workspace)) as store:
        return study in store.names()


def main(words: Sequence[str]) -> int:
    """Does what `words` say; gives the exit code. What is wrong is told to the job's log, in a sentence."""
    signal.signal(signal.SIGTERM, lambda *_: None)  # Ray tells the search, too, which ends in good order; then we do
    try:
        return search() if words[0] == SEARCH else resume(words)
    except (AutomlError, CheckpointError) as error:
        print(f"error: {without_password(str(error))}", file=sys.stderr)
        return AutomlError.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
