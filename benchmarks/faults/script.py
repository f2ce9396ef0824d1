"""The fault script: start, kill the driver at a random moment, start again, wait for the end."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.contender import STEPS, TRIALS, Contender
from benchmarks.faults.study import Study, read

ROOT = Path(__file__).parents[2]

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ERROR = re.compile(r"(error: |[\w.]+(Error|Exception): )")

KILL_WITHIN = 240.0
END_WITHIN = 240.0


@dataclass(frozen=True)
class Moment:
    """When a driver is killed: once so many trials have ended, and one has a result, plus some seconds."""

    ended: int
    seconds: float

    def has_come(self, study: Study) -> bool:
        """Whether only the seconds are left to wait."""
        return len(study.ended) >= self.ended and bool(study.progress)


@dataclass(frozen=True)
class Try:
    """What came of one try. Counts are of trials, `redone` and `wasted` of evaluations, times in seconds."""

    contender: str
    killed_at: int
    exit_status: int | None
    recovered: bool
    why_not: str
    running: int
    early_as_complete: int
    doubled: int
    lost: int
    redone: int
    wasted: int
    seconds_to_recover: float | None
    seconds: float


def attempt(contender: Contender, folder: Path, moment: Moment) -> Try:
    """One search that loses its driver at some moment, and is started again.

    A search has recovered if its second driver ends with exit status 0 and SQL has an end for each of `TRIALS`.
    """
    folder.mkdir(parents=True)
    contender.prepare(folder)
    database = contender.database(folder)
    logs = [folder / "first.log", folder / "second.log"]
    began = time.monotonic()

    first = _start(contender, folder, logs[0], again=False)
    _wait(first, KILL_WITHIN, lambda: moment.has_come(read(database)))
    _wait(first, moment.seconds, lambda: False)
    first.send_signal(signal.SIGKILL)
    first.wait()
    killed = time.monotonic()
    before = read(database)

    second = _start(contender, folder, logs[1], again=True)
    went_on = _wait(second, END_WITHIN, lambda: bool(read(database).progress - before.progress))
    recovery = time.monotonic() - killed if went_on else None
    _wait(second, END_WITHIN, lambda: False)
    status = second.poll()
    if status is None:
        second.kill()
        second.wait()
    after = read(database)
    recovered = status == 0 and len(after.ended) >= TRIALS
    work = contender.evaluations(folder, logs)
    return Try(
        contender=contender.name,
        killed_at=len(before.ended),
        exit_status=status,
        recovered=recovered,
        why_not="" if recovered else _complaint(logs[1]).replace(str(folder), "FOLDER"),
        running=len(after.in_state("RUNNING")),
        early_as_complete=_early_as_complete(contender, after, work),
        doubled=after.doubles,
        lost=_lost(before, after),
        redone=len(work) - len(set(work)),
        wasted=sum(len(after.steps.get(number, ())) for number in after.in_state("RUNNING", "WAITING")),
        seconds_to_recover=recovery,
        seconds=time.monotonic() - began,
    )


def _start(contender: Contender, folder: Path, log: Path, *, again: bool) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "300",
        "OMP_NUM_THREADS": "1",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    with log.open("wb") as out:
        return subprocess.Popen(
            contender.command(folder, again=again),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def _wait(process: subprocess.Popen[bytes], seconds: float, done: Callable[[], bool]) -> bool:
    """Waits until `done`, the end of the process or the end of the time; says whether it was `done`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        if process.poll() is not None:
            return done()
        time.sleep(0.1)
    return False


def _lost(before: Study, after: Study) -> int:
    """Trials that never ended though they were asked for, and those that had ended and now have not."""
    undone = [number for number in before.ended if after.states.get(number) != before.states[number]]
    return len(undone) + max(0, TRIALS - len(after.ended))


def _early_as_complete(contender: Contender, study: Study, work: list[tuple[str, int]]) -> int:
    """Trials that are told as complete, and never came to their last step."""
    full = {trial for trial, step in work if step == STEPS[-1]}
    return sum(contender.trial(number, study.params[number]) not in full for number in study.in_state("COMPLETE"))


def _complaint(log: Path) -> str:
    """The last error that a process told of, or its last line."""
    lines = [COLOUR.sub("", line).strip() for line in log.read_text(errors="replace").splitlines()]
    errors = [line for line in lines if ERROR.match(line)]
    return (errors or [line for line in lines if line] or ["it said nothing"])[-1][:200]
