"""Which trials of a study have not ended, found without going through all those that have."""

from optuna.trial import TrialState
from sqlalchemy import Connection, bindparam, or_, select

from automl.storage.database.tables import TRIALS

NEW_OR_NAMED = (
    select(TRIALS.c.trial_id, TRIALS.c.number, TRIALS.c.state, TRIALS.c.study_id)
    .where(or_(TRIALS.c.trial_id > bindparam("last"), TRIALS.c.trial_id.in_(bindparam("named", expanding=True))))
    .order_by(TRIALS.c.trial_id)
)
"""Trials that were made after the one with the id `last`, and those `named`, of any study.

Without the study in the condition: SQLite would go by it, and through all of the study's trials.
"""


class UnfinishedTrials:
    """Remembers which trials had not ended, from one look at the database to the next.

    A trial that has ended stays so, and a new one has a higher id than all before it. So a look need only go through
    what is new and what had not ended by the last one.
    """

    def __init__(self, study_id: int) -> None:
        self._study_id = study_id
        self._count = 0
        self._last = -1
        self._open: dict[int, int] = {}

    def look(self, connection: Connection) -> list[tuple[int, int, TrialState]]:
        """All trials that have not ended by now, by id, number and state, in the order in which they were made.

        What comes after a gap in the numbers is looked at again: the trial in the gap is just being written.
        """
        asked = {"last": self._last, "named": list(self._open.values())}
        rows = [row for row in connection.execute(NEW_OR_NAMED, asked) if row.study_id == self._study_id]
        for row in rows:
            if row.number == self._count:
                self._count, self._last = self._count + 1, row.trial_id
        unfinished = [(row.trial_id, row.number, row.state) for row in rows if not row.state.is_finished()]
        self._open = {number: trial_id for trial_id, number, _ in unfinished}
        return unfinished

    def trial_id(self, connection: Connection, number: int) -> int | None:
        """The id of a trial that has not ended, or had not by the last look."""
        if number not in self._open:
            self.look(connection)
        return self._open.get(number)
