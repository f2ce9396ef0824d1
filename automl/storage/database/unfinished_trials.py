"""Search for the unfinished trials of a study without reading all finished ones."""

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
    """The unfinished trials of a study, remembered from one query to the next.

    An ended trial never changes its state, and a new one has a higher id than all before. So each query reads only the
    new trials and those that were unfinished at the previous query.

    Args:
        study_id: Optuna's id of the study.
    """

    def __init__(self, study_id: int) -> None:
        self._study_id = study_id
        self._count = 0
        self._last = -1
        self._open: dict[int, int] = {}

    def look(self, connection: Connection) -> list[tuple[int, int, TrialState]]:
        """Query through `connection`, and return the id, number and state of all unfinished trials, ordered by id.

        Trials after a gap in the numbers are read again next time: the trial in the gap is still being written.
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
        """Return the id of a trial that is unfinished, or was at the last query.

        Args:
            connection: a connection within a transaction.
            number: number of the trial.

        Returns:
            Optuna's id of the trial; None if it is not known as unfinished.
        """
        if number not in self._open:
            self.look(connection)
        return self._open.get(number)
