"""The thread in which a driver beats, so that the others know that it lives, and hears whether it is to stop."""

from contextlib import suppress
from threading import Event, Thread

from sqlalchemy import Engine, select, update

from automl.storage.claims import end_driver
from automl.storage.tables import DRIVERS
from automl.storage.trouble import DATABASE_ERRORS


class Heart:
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
