"""A search that runs in the background while a test does something to it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from automl.core.records import StudyRecord, TrialRecord
from automl.storage.study_store import StudyStore, sqlite_url
from tests.integration.command import overrides, write_reviews
from tests.waiting import wait_until
from trials.protocol import evaluation_steps

OFTEN = evaluation_steps(budget_examples=30_000, validation_rows=200)
"""Where trials of many epochs are evaluated: what there is to look at costs next to nothing."""


class RunningSearch:
    """One `automl` process; its output goes to `<folder>/<name>.log`."""

    def __init__(self, folder: Path, *arguments: object, name: str = "search", **settings: str) -> None:
        self.log = folder / f"{name}.log"
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "COLUMNS": "300",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        command = [sys.executable, "-m", "automl", *map(str, arguments)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str, seconds: float = 90) -> None:
        def said() -> bool:
            ended = self.process.poll() is not None
            there = text in self.said
            assert there or not ended, f"it ended before it said {text!r}:\n{self.said}"
            return there

        wait_until(said, seconds, why=lambda: f"{text!r} was not said:\n{self.said}")

    def end(self, timeout: float = 300) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(timeout=timeout)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """Ends the driver with no warning, and waits until its workers have noticed: they write until then."""
        if self.process.poll() is None:
            workers = self.workers()
            self.process.kill()
            self.process.wait()
            psutil.wait_procs(workers, timeout=60)

    def workers(self) -> list[psutil.Process]:
        """Ray's workers."""
        return [child for child in psutil.Process(self.process.pid).children(recursive=True) if _is_worker(child)]

    def trainers(self) -> list[psutil.Process]:
        """The processes that train for them."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in family if child.is_running() and child.name() == "automl-trial"]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "TrialActor" in process.name() or "TrialActor" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def search(folder: Path, *arguments: object, study: str = "s", name: str = "search", **settings: str) -> RunningSearch:
    """A search on made-up reviews, with models that train in a second."""
    if not (folder / "reviews.csv").exists():
        write_reviews(folder / "reviews.csv", rows=1500)
    words = ["search", "reviews.csv", "--study", study, *arguments, *overrides()]
    return RunningSearch(folder, *words, name=name, **settings)


def record(folder: Path, study: str = "s", url: str | None = None) -> StudyRecord:
    """What the database says."""
    store = StudyStore(url or sqlite_url(folder / "runs"))
    try:
        return store.study(study).record()
    finally:
        store.close()


def steps(trial: TrialRecord) -> list[int]:
    return [evaluation.step for evaluation in trial.evaluations]
