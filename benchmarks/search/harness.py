"""Runs one contender in a process of its own, and sees to it that nothing of it is left."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psutil

from benchmarks.search.contender import Contender
from benchmarks.search.task import Task

ROOT = Path(__file__).parents[2]

MARK = "BENCHMARK_RUN"
"""In the environment of all processes that a contender starts: which run they belong to."""

SETTINGS = {
    "TOKENIZERS_PARALLELISM": "true",
    "HF_HUB_OFFLINE": "1",
    "COLUMNS": "300",
    "PYTHONUNBUFFERED": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # Ray on loopback, see automl/cluster/local_cluster.py
    "TUNE_FORCE_TRIAL_CLEANUP_S": "2",
}

LONGEST_END = 120.0
"""Seconds that a contender may take, once its time is over, to stop and to hand over."""


def run(name: str, contender: Contender, task: Task) -> Task:
    """Runs one search to its end; gives the task with the moment at which its process was started."""
    task.folder.mkdir(parents=True)
    mark, path = uuid4().hex, task.folder / "task.json"
    environment = {**os.environ, **SETTINGS, MARK: mark, "PYTHONPATH": str(ROOT)}
    environment |= {"OMP_NUM_THREADS": str(contender.threads), "SYNETUNE_FOLDER": str(task.folder)}
    task = replace(task, started=time.monotonic())
    task.write(path)
    with (task.folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.search.contend", name, str(path)],
            cwd=task.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(task.seconds + LONGEST_END)
        except subprocess.TimeoutExpired:
            print(f"  {name} did not end and is stopped", flush=True)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            clear(mark)
    if process.returncode != 0:
        print(f"  {name} ended with exit status {process.returncode}; see {task.folder / 'log.txt'}", flush=True)
    return task


def clear(mark: str) -> None:
    """Kills whatever is left of the run, until nothing is."""
    while left := [process for process in psutil.process_iter() if _mark(process) == mark]:
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=10)


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except psutil.Error:
        return None
