"""The thread in which a driver beats, so that the others know that it lives, and hears whether it is to stop."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread

from sqlalchemy import Engine, select, update

from automl.storage.coordination.claims import end_driver
from automl.storage.database import DATABASE_ERRORS, DRIVERS


class Heartbeat:
    """Raises the beat of one driver every `seconds`, on a connection of its own.

    An outage is nothing to it: it beats again when the database is back. Who took it for dead meanwhile sees it alive.
    """

    def __init__(self, engine: Engine, driver_id: str, seconds: float) -> None:
        self._engine = engine
        self._driver_id = driver_id
        self._seconds = seconds
        self._end = Event()
        self._thread = Thread(target=self._live, name="automl-heart", daemon=True)
        self.stop_requested = False

    def start(self) -> None:
        """Beats for the first time, and from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Beats no more, and says so in the database if that can be reached: whoever cannot say it is found out."""
        self._end.set()
        if not self._thread.is_alive():
            return
        self._thread.join(timeout=2 * self._seconds)
        if self._thread.is_alive():
            return  # it waits for a database that is away
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
    silent: float = 0.0
    has_beaten: bool = False


class HeartbeatMonitor:
    """Watches counters that live drivers raise.

    Silence is the time over which looks at a counter found it unchanged. The time between two looks counts at most
    `longest_gap` seconds: so neither an outage of the database, nor a clock that jumps, nor a sleep of this very
    process makes others look dead.

    Args:
        longest_gap: seconds; two intervals at which drivers beat.
        clock: seconds that only this process knows.
    """

    def __init__(self, longest_gap: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_gap = longest_gap
        self._clock = clock
        self._last_look: float | None = None
        self._seen: dict[str, _Observed] = {}

    def look(self, beats: Mapping[str, int]) -> None:
        """Takes in what one successful look found; who is no longer there is forgotten."""
        now = self._clock()
        gap = 0.0 if self._last_look is None else min(max(now - self._last_look, 0.0), self._longest_gap)
        self._last_look = now
        for name in self._seen.keys() - beats.keys():
            del self._seen[name]
        for name, beat in beats.items():
            seen = self._seen.get(name)
            if seen is None or seen.beat != beat:
                self._seen[name] = _Observed(beat, has_beaten=seen is not None)
            else:
                seen.silent += gap

    def silent(self, name: str) -> float:
        """For how many seconds it was seen not to beat."""
        return self._seen[name].silent if name in self._seen else 0.0

    def is_heard(self, name: str) -> bool:
        """Whether it was seen to beat, and not long ago."""
        seen = self._seen.get(name)
        return seen is not None and seen.has_beaten and seen.silent <= self._longest_gap
