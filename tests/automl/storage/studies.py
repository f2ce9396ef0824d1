"""What the tests of storage need again and again: studies, drivers, and other processes that drive."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import optuna
from optuna.pruners import NopPruner
from optuna.samplers import RandomSampler
from optuna.study import Study

from automl.storage.coordination.driver import Driver
from automl.storage.coordination.process_identity import ProcessIdentity, this_process
from automl.storage.study_store import NewStudy, StudyStore
from tests.automl.goals import MACRO_F1

NEW = NewStudy("a study", MACRO_F1, "{}", "f" * 64, 2700, 64)
FIRST = {"x": 1.0}

ODD_NAMES = ["a/b", 'it\'s "quoted"', "  spaces  ", "🦊 fuchs", "../../up", "semi;colon -- '", "%s %(x)s", "{0}"]


def made(url: str, name: str = NEW.name) -> StudyStore:
    """A store with one study in it."""
    store = StudyStore(url)
    store.create(replace(NEW, name=name), FIRST)
    return store


def opened(store: StudyStore, name: str = NEW.name) -> Study:
    """The study as a search has it."""
    return optuna.load_study(
        study_name=name, storage=store.study(name).mirror(), sampler=RandomSampler(seed=0), pruner=NopPruner()
    )


def begin(study: Study, driver: Driver) -> int:
    """Begins one trial as the ledger does, and gives its number."""

    def ask() -> int:
        trial = study.ask()
        driver.claim(trial.number)
        trial.suggest_float("x", 0, 1)
        return trial.number

    return driver.run_locked(ask)


def states(store: StudyStore, name: str = NEW.name) -> dict[int, str]:
    return {trial.number: trial.state for trial in store.study(name).record().trials}


def elsewhere() -> ProcessIdentity:
    """This very process, as one on another machine sees it."""
    return replace(this_process(), host="another-machine")


class OtherProcess:
    """Another Python process, which runs one function of `tests.automl.storage.roles` and says lines."""

    def __init__(self, role: str, *arguments: object) -> None:
        command = [sys.executable, "-m", "tests.automl.storage.roles", role, *map(str, arguments)]
        root = Path(__file__).parents[3]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)

    def hear(self) -> object:
        """The next thing that it says, once it does."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the other process has ended"
        return json.loads(line)

    def go(self) -> None:
        """Lets it go on, where it waits for that."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def send(self, number: signal.Signals) -> None:
        os.kill(self._process.pid, number)

    def end(self) -> int:
        """Waits for its end and gives its exit code."""
        return self._process.wait(timeout=60)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def other_process(role: str, *arguments: object) -> Iterator[OtherProcess]:
    """Another process, which is gone at the end whatever happens."""
    process = OtherProcess(role, *arguments)
    try:
        yield process
    finally:
        process.close()
