"""One driver: `automl search` or `automl resume` in a process of its own, with its log and its family of processes."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.waiting import comes_true
from trials.protocol import BUDGET_STEPS, EVALUATION_EVERY, EVALUATION_STEPS

ROOT = Path(__file__).parents[2]

STEPS = sorted({*EVALUATION_STEPS, *range(EVALUATION_EVERY, BUDGET_STEPS + 1, EVALUATION_EVERY)})

PERCENT = {f"{100 * step / BUDGET_STEPS:.0f}": step for step in STEPS}
"""The steps at which trials may be evaluated, as the plain lines put them."""

TOLD = re.compile(r"\] trial (\d+) at (\d+)%: ")


@dataclass
class Driver:
    """A running command. `doom` is what was done to it, and `doomed` when; `family` are all processes it ever had."""

    process: subprocess.Popen[bytes]
    log: Path
    began: float
    doom: str | None = None
    doomed: float = 0.0
    family: set[psutil.Process] = field(default_factory=set)
    _read: int = 0

    @classmethod
    def start(cls, arguments: Sequence[str], folder: Path, log: Path, settings: dict[str, str]) -> "Driver":
        """Runs `automl ARGUMENTS` in `folder`, which is outside the checkout."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "300",
            "OMP_NUM_THREADS": "1",
            **settings,
        }
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "automl", *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        return cls(process, log, time.monotonic())

    @property
    def alive(self) -> bool:
        """Whether the command still runs."""
        return self.process.poll() is None

    @property
    def said(self) -> str:
        """All that it printed."""
        return self.log.read_text(errors="replace")

    @property
    def searching(self) -> bool:
        """Whether it has come as far as to place trials."""
        return re.search(r"^\[ *[\d.]+ s\] ", self.said, re.MULTILINE) is not None

    def news(self) -> list[tuple[int, int]]:
        """The evaluations that it told since the last call, as trial number and step, in order."""
        with self.log.open("rb") as file:
            file.seek(self._read)
            fresh = file.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(whole)
        return [(int(number), PERCENT[share]) for number, share in TOLD.findall(whole.decode(errors="replace"))]

    def remember_family(self) -> list[psutil.Process]:
        """The processes that stem from it now. A parent's death hides its children, so they are noted often."""
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        self.family.update(children)
        return children

    def named(self, name: str) -> list[psutil.Process]:
        """Its processes of that name, which the system cuts after 15 characters."""
        return [child for child in self.remember_family() if _name(child).startswith(name)]

    def condemn(self, doom: str) -> None:
        """Notes what is done to it, from which it may die."""
        self.doom, self.doomed = doom, time.monotonic()

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to the command alone."""
        if self.alive:
            self.process.send_signal(number)

    def survivors(self, patience: float) -> list[psutil.Process]:
        """Which of its family still live after the command's end and `patience` seconds."""
        comes_true(lambda: not any(map(_name, self.family)), patience, every=0.1)
        return [each for each in self.family if _name(each)]


def _name(process: psutil.Process) -> str:
    """Empty for a process that has ended, also where nobody has asked for its exit status yet."""
    try:
        return "" if process.status() == psutil.STATUS_ZOMBIE else process.name()
    except psutil.NoSuchProcess:
        return ""
