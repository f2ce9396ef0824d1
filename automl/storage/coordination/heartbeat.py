"""The thread that sends a driver's heartbeats and reads stop requests, and the monitor of other drivers' heartbeats."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread

from sqlalchemy import Engine, select, update

from automl.storage.coordination.claims import end_driver
from automl.storage.database import DATABASE_ERRORS, DRIVERS


class Heartbeat:
    """Increments the beat counter of one driver every `seconds`, on a separate connection.

    It continues after an outage of the database. Drivers that considered this one dead meanwhile see it alive again.
    """

    def __init__(self, engine: Engine, driver_id: str, seconds: float) -> None:
        self._engine = engine
        self._driver_id = driver_id
        self._seconds = seconds
        self._end = Event()
        self._thread = Thread(target=self._live, name="automl-heart", daemon=True)
        self.stop_requested = False

    def start(self) -> None:
        """Start the thread, which sends the first heartbeat at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the heartbeats, and mark the driver as ended if the database can be reached."""
        self._end.set()
        if not self._thread.is_alive():
            return
        self._thread.join(timeout=2 * self._seconds)
        if self._thread.is_alive():
            return  # it waits for an unavailable database
        with suppress(*DATABASE_ERRORS), self._engine.begin() as connection:
            end_driver(connection, self._driver_id)

    def _live(self) -> None:
        while not self._end.is_set():
            with suppress(*DATABASE_ERRORS):
                self._beat()
            self._end.wait(self._seconds)

    def _beat(self) -> None:
        me = DRIVERS.c.id == self._driver_id
        with self._engine.begin() as connection:
            connection.execute(update(DRIVERS).where(me).values(beat=DRIVERS.c.beat + 1, ended_at=None))
            asked = connection.scalar(select(DRIVERS.c.stop_requested).where(me))
        self.stop_requested = asked is None or bool(asked)  # without a row, the study was deleted


@dataclass
class _Observed:
    beat: int
    seconds_since_beat: float = 0.0
    has_beaten: bool = False


class HeartbeatMonitor:
    """Observes the beat counters of other drivers.

    The time without a heartbeat is the time during which successive observations found a counter unchanged. The time
    between two observations counts as at most `longest_gap` seconds, so no outage of the database, clock jump, or
    suspension of this process makes others look dead.

    Args:
        longest_gap: seconds; twice the interval between two heartbeats.
        clock: returns the time in seconds; it is only compared within this process.
    """

    def __init__(self, longest_gap: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_gap = longest_gap
        self._clock = clock
        self._last_observation: float | None = None
        self._seen: dict[str, _Observed] = {}

    def observe(self, beats: Mapping[str, int]) -> None:
        """Record one observation of all counters, by driver; drivers that are missing in `beats` are forgotten."""
        now = self._clock()
        gap = 0.0 if self._last_observation is None else min(max(now - self._last_observation, 0.0), self._longest_gap)
        self._last_observation = now
        for name in self._seen.keys() - beats.keys():
            del self._seen[name]
        for name, beat in beats.items():
            seen = self._seen.get(name)
            if seen is None or seen.beat != beat:
                self._seen[name] = _Observed(beat, has_beaten=seen is not None)
            else:
                seen.seconds_since_beat += gap

    def seconds_since_beat(self, name: str) -> float:
        """Return the seconds since the last heartbeat of the driver `name`; 0 if it is unknown."""
        return self._seen[name].seconds_since_beat if name in self._seen else 0.0

    def has_beaten_lately(self, name: str) -> bool:
        """Return whether the counter of `name` was seen to change within the last `longest_gap` seconds."""
        seen = self._seen.get(name)
        return seen is not None and seen.has_beaten and seen.seconds_since_beat <= self._longest_gap
