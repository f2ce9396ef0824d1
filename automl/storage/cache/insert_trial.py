"""Insertion of a new trial in Optuna's table, numbered without counting the trials that the caller knows."""

from datetime import UTC, datetime

from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import Connection, bindparam, insert, select, update

from automl.storage.database import OPTUNA_STUDIES, TRIALS

LOCKED_STUDY = (
    select(OPTUNA_STUDIES.c.study_id).where(OPTUNA_STUDIES.c.study_id == bindparam("study")).with_for_update()
)
NEW_TRIAL = insert(TRIALS).returning(TRIALS.c.trial_id)
BETWEEN = select(TRIALS.c.study_id).where(TRIALS.c.trial_id > bindparam("last"), TRIALS.c.trial_id < bindparam("new"))
NUMBERED = update(TRIALS).where(TRIALS.c.trial_id == bindparam("new")).values(number=bindparam("place"))


def begin_trial(connection: Connection, study_id: int, count: int, last: int) -> FrozenTrial:
    """Insert a running trial with the next number, and return it.

    Optuna does the same, but counts all trials of the study for the number. The study's row is locked as Optuna locks
    it, so that trials of several drivers and other programs get different numbers.

    Args:
        connection: a connection within a transaction.
        study_id: Optuna's id of the study.
        count: number of its trials up to the one with the id `last`.
        last: id of one of its trials, or -1 if `count` is 0.
    """
    connection.execute(LOCKED_STUDY, {"study": study_id})
    row = {"study_id": study_id, "state": TrialState.RUNNING, "datetime_start": datetime.now(UTC).replace(tzinfo=None)}
    trial_id: int = connection.execute(NEW_TRIAL, row).scalar_one()
    others = connection.scalars(BETWEEN, {"last": last, "new": trial_id})
    number = count + sum(other == study_id for other in others)
    connection.execute(NUMBERED, {"new": trial_id, "place": number})
    return _blank(trial_id, number)


def _blank(trial_id: int, number: int) -> FrozenTrial:
    return FrozenTrial(
        number=number,
        state=TrialState.RUNNING,
        value=None,
        datetime_start=datetime.now(),
        datetime_complete=None,
        params={},
        distributions={},
        user_attrs={},
        system_attrs={},
        intermediate_values={},
        trial_id=trial_id,
    )
