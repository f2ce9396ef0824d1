from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from automl.core.environment import DRIVER_VARIABLE
from automl.core.records import DriverRecord
from automl.doctor.checks import processes
from automl.doctor.checks.processes import find_leftovers

DEAD = DriverRecord("d" * 32, 0, "here", 7, Path(), datetime(2026, 1, 1), False, False, ())


class Process:
    """A process of another program, as psutil tells of it."""

    def __init__(self, pid: int, driver: str | None = None, error: Exception | None = None, stubborn: int = 0) -> None:
        self.pid, self.driver, self.error, self.stubborn = pid, driver, error, stubborn
        self.signals: list[str] = []

    def environ(self) -> dict[str, str]:
        if self.error is not None:
            raise self.error
        return {} if self.driver is None else {DRIVER_VARIABLE: self.driver}


@pytest.fixture
def machine(monkeypatch):
    """What runs on this machine, and what was found of it."""

    def look(*running: Process, dead=(DEAD,)):
        def send(name):
            def end(process):
                if process.error is not None:
                    raise process.error
                process.signals.append(name)

            return end

        def wait(asked, timeout):
            alive = [process for process in asked if len(process.signals) <= process.stubborn]
            return [process for process in asked if process not in alive], alive

        monkeypatch.setattr(processes.psutil, "process_iter", lambda: iter(running))
        monkeypatch.setattr(processes.psutil, "wait_procs", wait)
        monkeypatch.setattr(processes.psutil, "Process", SimpleNamespace(terminate=send("TERM"), kill=send("KILL")))
        return list(find_leftovers(SimpleNamespace(dead=dead)))

    return look


def test_only_processes_of_a_dead_driver_are_told(machine):
    running = (Process(3, DEAD.id), Process(4, "e" * 32), Process(5), Process(6, DEAD.id))
    (found,) = machine(*running)
    assert found.sentence == "processes of a dead driver still run: 3, 6"
    assert machine(*running, dead=()) == []
    assert machine(*running, dead=(replace(DEAD, id="f" * 32),)) == []


@pytest.mark.parametrize("error", [psutil.AccessDenied(4), psutil.NoSuchProcess(4), PermissionError()])
def test_a_process_that_we_may_not_look_at_or_that_has_ended_is_none_of_ours(machine, error):
    assert machine(Process(4, DEAD.id, error)) == []


def test_processes_are_asked_to_end_and_killed_only_if_they_do_not(machine):
    quiet, stubborn, gone = Process(3, DEAD.id), Process(4, DEAD.id, stubborn=1), Process(5, DEAD.id)
    (found,) = machine(quiet, stubborn, gone)
    gone.error = psutil.NoSuchProcess(5)
    found.repair()
    assert (quiet.signals, stubborn.signals, gone.signals) == (["TERM"], ["TERM", "KILL"], [])
