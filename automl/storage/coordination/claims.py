"""Claims on trials: the statements that assign, take over and release them, each within a transaction.

In PostgreSQL they lock the rows that they read. SQLite has no row locks and needs none, because a study has one driver
there.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from optuna.trial import TrialState
from sqlalchemy import Connection, Insert, Row, bindparam, delete, select, update

from automl.storage import attributes
from automl.storage.coordination.process_identity import ProcessIdentity
from automl.storage.database import CLAIMS, DRIVERS, STUDIES, TRIAL_ATTRIBUTES, TRIALS, insert
from trials.protocol import TrialEnd

RUNNING = (
    select(TRIALS.c.trial_id, TRIALS.c.number, CLAIMS.c.driver_id, DRIVERS)
    .select_from(TRIALS.outerjoin(CLAIMS, CLAIMS.c.trial_id == TRIALS.c.trial_id))
    .outerjoin(DRIVERS, DRIVERS.c.id == CLAIMS.c.driver_id)
    .where(TRIALS.c.study_id == bindparam("study"), TRIALS.c.state == TrialState.RUNNING)
    .order_by(TRIALS.c.trial_id)
)


@dataclass(frozen=True)
class TrialOwner:
    """The driver of a running trial, as the database has it. `beat` is None if it has no record of the driver."""

    id: str
    beat: int | None
    has_ended: bool
    process: ProcessIdentity | None


@dataclass(frozen=True)
class ClaimedTrial:
    """A trial in the state RUNNING. One without an owner was started by a driver that died before it could claim it."""

    trial_id: int
    number: int
    owner: TrialOwner | None


def running_trials(connection: Connection, study_id: int) -> list[ClaimedTrial]:
    """Return all running trials of a study, with their owners."""
    rows = connection.execute(RUNNING, {"study": study_id})
    return [ClaimedTrial(row.trial_id, row.number, _owner(row)) for row in rows]


def claim(connection: Connection, trial_id: int, driver_id: str) -> None:
    """Assign a running trial to a driver, unless it belongs to another one or no longer runs."""
    state = connection.scalar(select(TRIALS.c.state).where(TRIALS.c.trial_id == trial_id).with_for_update())
    if state == TrialState.RUNNING:
        row = {"trial_id": trial_id, "driver_id": driver_id}
        connection.execute(insert(connection.dialect.name, CLAIMS).values(row).on_conflict_do_nothing())


def hold(connection: Connection, trial_id: int, driver_id: str) -> bool:
    """Lock the claim until the end of the transaction.

    Returns:
        False if the trial belongs to another driver or no longer runs.
    """
    query = (
        select(TRIALS.c.state)
        .join_from(CLAIMS, TRIALS, TRIALS.c.trial_id == CLAIMS.c.trial_id)
        .where(CLAIMS.c.trial_id == trial_id, CLAIMS.c.driver_id == driver_id)
        .with_for_update(of=CLAIMS)
    )
    return connection.scalar(query) == TrialState.RUNNING


def release(connection: Connection, trial_id: int) -> bool:
    """Requeue a running trial and drop its claim; return False if it does not run."""
    waiting = update(TRIALS).values(state=TrialState.WAITING)
    running = waiting.where(TRIALS.c.trial_id == trial_id, TRIALS.c.state == TrialState.RUNNING)
    connection.execute(delete(CLAIMS).where(CLAIMS.c.trial_id == trial_id))
    return connection.execute(running).rowcount > 0


def take(connection: Connection, trial: ClaimedTrial, cause: str) -> bool:
    """Take a trial from its dead owner. False if the owner sent a heartbeat, or another driver holds the claim."""
    owner = trial.owner
    if owner is None:
        return False
    claim_of_owner = select(CLAIMS.c.trial_id).where(
        CLAIMS.c.trial_id == trial.trial_id, CLAIMS.c.driver_id == owner.id
    )
    if connection.scalar(claim_of_owner.with_for_update(skip_locked=True)) is None:
        return False
    if connection.scalar(select(DRIVERS.c.beat).where(DRIVERS.c.id == owner.id)) != owner.beat:
        return False
    end_driver(connection, owner.id)
    return preempt(connection, trial.trial_id, cause)


def end_driver(connection: Connection, driver_id: str) -> None:
    """Mark a driver as ended. If it is alive after all, its next heartbeat removes the mark."""
    ended = update(DRIVERS).where(DRIVERS.c.id == driver_id, DRIVERS.c.ended_at.is_(None))
    connection.execute(ended.values(ended_at=datetime.now(UTC).replace(tzinfo=None)))


def take_ownerless(connection: Connection, study_id: int, cause: str) -> list[int]:
    """Requeue the running trials that no driver has claimed. Call it only with the lock of the study.

    Trials are started and claimed under one lock, so an unclaimed trial belongs to a driver that lost the lock in
    between. If that driver is alive after all, its claim comes too late.
    """
    taken = []
    for trial in running_trials(connection, study_id):
        if trial.owner is None and _is_ownerless(connection, trial.trial_id):
            preempt(connection, trial.trial_id, cause)
            taken.append(trial.number)
    return taken


def lock_study(connection: Connection, study_id: int, *, or_skip: bool = False) -> bool:
    """Lock the study until the end of the transaction.

    Returns:
        False if another driver has the lock, with `or_skip`; otherwise this waits.
    """
    query = select(STUDIES.c.study_id).where(STUDIES.c.study_id == study_id).with_for_update(skip_locked=or_skip)
    return connection.scalar(query) is not None


def _is_ownerless(connection: Connection, trial_id: int) -> bool:
    """Query again with the trial locked, so that no claim can be made in between."""
    state = connection.scalar(select(TRIALS.c.state).where(TRIALS.c.trial_id == trial_id).with_for_update())
    claimed = connection.scalar(select(CLAIMS.c.trial_id).where(CLAIMS.c.trial_id == trial_id))
    return state == TrialState.RUNNING and claimed is None


def preempt(connection: Connection, trial_id: int, cause: str) -> bool:
    """Requeue a running trial as preempted; return False if it does not run."""
    if not release(connection, trial_id):
        return False
    note_end(connection, trial_id, TrialEnd.PREEMPTED, cause)
    return True


def note_end(connection: Connection, trial_id: int, end: TrialEnd, cause: str) -> None:
    """Record why a trial ended, whatever state it is in."""
    write_trial_attribute(connection, trial_id, attributes.END, end.value)
    write_trial_attribute(connection, trial_id, attributes.CAUSE, cause)


def write_trial_attribute(connection: Connection, trial_id: int, key: str, value: object) -> None:
    """Write a trial's user attribute as Optuna does, but also on a trial that has ended.

    Args:
        connection: a connection within a transaction.
        trial_id: Optuna's id of the trial.
        key: name of the attribute.
        value: a value that can be serialized as JSON.
    """
    row = {"trial_id": trial_id, "key": key, "value_json": json.dumps(value)}
    written: Insert = (
        insert(connection.dialect.name, TRIAL_ATTRIBUTES)
        .values(row)
        .on_conflict_do_update(index_elements=["trial_id", "key"], set_={"value_json": row["value_json"]})
    )
    connection.execute(written)


def _owner(row: Row[Any]) -> TrialOwner | None:
    if row.driver_id is None:
        return None
    if row.id is None:
        return TrialOwner(row.driver_id, None, has_ended=True, process=None)
    process = ProcessIdentity(row.host, row.boot_id, row.pid, row.pid_started)
    return TrialOwner(row.driver_id, row.beat, row.ended_at is not None, process)
