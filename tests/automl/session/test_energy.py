import sys
import threading
from types import ModuleType, SimpleNamespace
from typing import ClassVar

import pytest

from automl.session.energy import EnergyMeter


class Tracker:
    """Stands in for that of `codecarbon`."""

    made: ClassVar[dict[str, object]] = {}

    def __init__(self, **options: object) -> None:
        Tracker.made = options

    def start(self) -> None:
        assert threading.current_thread() is not threading.main_thread(), "the first reading takes seconds"

    def stop(self) -> None:
        self.final_emissions_data = SimpleNamespace(energy_consumed=0.25)


@pytest.fixture
def codecarbon(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("codecarbon")
    module.OfflineEmissionsTracker = Tracker  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "codecarbon", module)
    return module


def test_the_energy_is_that_of_the_block_and_nothing_is_written(codecarbon: ModuleType) -> None:
    with EnergyMeter() as meter:
        meter._thread.join()
    assert meter.kwh == 0.25
    assert Tracker.made["save_to_file"] is False


def test_without_codecarbon_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "codecarbon", None)
    with EnergyMeter() as meter:
        meter._thread.join()
    assert meter.kwh is None


def test_a_meter_that_fails_costs_nothing(codecarbon: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Tracker) -> None:
        raise RuntimeError("no counter")

    monkeypatch.setattr(Tracker, "start", broken)
    with EnergyMeter() as meter:
        meter._thread.join()
    assert meter.kwh is None


def test_a_meter_that_begins_after_the_block_is_stopped(
    codecarbon: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, stopped = threading.Event(), list[Tracker]()
    monkeypatch.setattr(Tracker, "start", lambda self: over.wait(10))

    def stop(self: Tracker) -> None:
        stopped.append(self)

    monkeypatch.setattr(Tracker, "stop", stop)
    monkeypatch.setattr("automl.session.energy.STOP_SECONDS", 0.0)
    with EnergyMeter() as meter:
        pass
    assert meter.kwh is None and not stopped
    over.set()
    meter._thread.join()
    assert len(stopped) == 1
