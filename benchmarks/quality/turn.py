"""One turn: a contender's process from its start to its predictions, and their score."""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from sklearn.metrics import f1_score

from benchmarks.quality.contenders.common import Task
from benchmarks.quality.results import Turn

SCRIPTS = Path(__file__).parent / "contenders"

GRACE = 1.5
"""Part of the time after which a contender with a time budget is stopped."""

WITHOUT_BUDGET = 4.0
"""The same of a contender that has no time budget."""

SETTINGS = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true", "CUDA_VISIBLE_DEVICES": ""}


def play(
    contender: str, dataset: str, split: int, python: Path, task: Task, truth: list[str], *, has_budget: bool
) -> Turn:
    """Run a contender and return how it scored.

    Args:
        contender: a key of `CONTENDERS`.
        dataset: a key of `KINDS`.
        split: number of the split.
        python: the interpreter of the contender's environment.
        task: what it is given.
        truth: the label of each test row.
        has_budget: whether the contender keeps to a time budget by itself.
    """
    folder = Path(task.folder)
    Path(task.predictions).unlink(missing_ok=True)  # of a turn that was cut short
    path = folder / "task.json"
    started = time.time()
    path.write_text(json.dumps({**vars(task), "started": started}), encoding="utf-8")
    limit = task.seconds * (GRACE if has_budget else WITHOUT_BUDGET) + 60
    late = _run([str(python), str(SCRIPTS / f"run_{contender}.py"), str(path)], folder, limit, task.threads)
    seconds = time.time() - started
    predictions = Path(task.predictions)
    found = predictions.read_text(encoding="utf-8").splitlines() if predictions.exists() else []
    if len(found) != len(truth):
        failure = f"it was stopped after {seconds:.0f} s" if late else _last_line(folder / "log.txt")
        return Turn(contender, dataset, split, None, 0, len(truth), seconds, failure)
    right = sum(one == other for one, other in zip(found, truth, strict=True))
    score = right / len(truth) if task.metric == "accuracy" else float(f1_score(truth, found, average="macro"))
    return Turn(contender, dataset, split, score, right, len(truth), seconds)


def _run(command: list[str], folder: Path, limit: float, threads: int) -> bool:
    """Run a command and end all that it has started; return whether it had to be stopped."""
    environment = {**os.environ, **SETTINGS, "OMP_NUM_THREADS": str(threads)}
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            return True
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return False


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1][:160] if lines else "it said nothing"
