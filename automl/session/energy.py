"""The energy that a search takes from this machine, by `codecarbon`, where it is installed."""

import logging
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

SECONDS_BETWEEN_READINGS = 5.0

NO_COUNTRY = "FRA"
"""A country that `codecarbon` must be told; only emissions depend on it, which are not used."""

STOP_SECONDS = 5.0


class EnergyMeter:
    """Measures the energy of this machine while its block runs; without `codecarbon` it does nothing.

    It reads the counters of processor and GPUs, and estimates what has none. Nothing is sent or written anywhere. The
    first reading takes seconds, so it is taken on a thread.
    """

    kwh: float | None = None
    """The energy in kWh, after the block; None if it was not measured."""

    def __init__(self) -> None:
        self._tracker: Any = None
        self._is_over = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._start, name="energy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._thread.join(STOP_SECONDS)
        with self._lock:
            self._is_over = True
            tracker = self._tracker
        if tracker is None:
            return
        with suppress(Exception):  # a search is not lost for the sake of what it cost
            tracker.stop()
            self.kwh = float(tracker.final_emissions_data.energy_consumed)

    def _start(self) -> None:
        logging.getLogger("codecarbon").disabled = True  # it writes to the screen before it reads its options
        with suppress(Exception):
            from codecarbon import OfflineEmissionsTracker  # noqa: PLC0415 - an extra, which takes a second

            tracker = OfflineEmissionsTracker(
                country_iso_code=NO_COUNTRY,
                measure_power_secs=SECONDS_BETWEEN_READINGS,
                save_to_file=False,
                allow_multiple_runs=True,
            )
            tracker.start()
            with self._lock:
                self._tracker = tracker
                is_late = self._is_over
            if is_late:
                tracker.stop()
