"""The writes of several trials that wait to go into the database in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection

from automl.storage.cache.write_batch import WriteBatch
from automl.storage.database import Database


class PendingWrites:
    """Writes each batch at once, or all batches of a block together.

    Args:
        database: the database of studies.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batches: dict[int, WriteBatch] = {}
        self.are_collected = False
        """Whether a block of `together` collects the writes now."""
        self.lost: set[int] = set()
        """Ids of the trials some of whose writes never reached the database; who has read them again removes them."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """Collect the writes of the block in one transaction at its end; they are discarded if the block raises."""
        self.are_collected = True
        try:
            yield
            self._flush()
        finally:
            self.are_collected = False
            self.lost.update(self._batches)
            self._batches = {}

    @contextmanager
    def of(self, trial_id: int) -> Iterator[WriteBatch]:
        """Add the block's writes to those of a trial; outside of `together` they are in the database when it ends."""
        yield self._batches.setdefault(trial_id, WriteBatch())
        if not self.are_collected:
            self._flush()

    def _flush(self) -> None:
        """Write the batches. If this fails permanently, they are lost."""
        batches, self._batches = self._batches, {}
        if not batches:
            return

        def write(connection: Connection, *, again: bool = False) -> None:
            for trial_id, batch in batches.items():
                batch.write(connection, trial_id, again=again)

        try:
            self._database.run(write, partial(write, again=True))
        except BaseException:
            self.lost.update(batches)
            raise
