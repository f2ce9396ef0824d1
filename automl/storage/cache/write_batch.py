"""The pending writes of one trial, which go into Optuna's tables in one transaction.

Optuna's own storage needs about seventy statements and twenty commits for the same.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import TrialState
from sqlalchemy import Connection, Insert, Table, bindparam, select, update

from automl.storage.database import (
    INTERMEDIATE_VALUES,
    SYSTEM_ATTRIBUTES,
    TRIAL_ATTRIBUTES,
    TRIAL_PARAMETERS,
    TRIAL_VALUES,
    TRIALS,
    insert,
)

LOCKED_STATE = select(TRIALS.c.state).where(TRIALS.c.trial_id == bindparam("id")).with_for_update()


@dataclass
class WriteBatch:
    """The pending writes of a trial; the last write to each name or step wins."""

    parameters: dict[str, tuple[float, BaseDistribution]] = field(default_factory=dict)
    intermediate_values: dict[int, float] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    system_attributes: dict[str, Any] = field(default_factory=dict)
    end: TrialState | None = None
    values: Sequence[float] = ()

    def write(self, connection: Connection, trial_id: int, *, again: bool = False) -> None:
        """Execute all writes. `again` is True if an earlier attempt may have succeeded without a reply.

        Raises:
            UpdateFinishedTrialError: another program has ended the trial.
            KeyError: the trial was deleted.
        """
        state = connection.scalar(LOCKED_STATE, {"id": trial_id})
        if state is None:
            raise KeyError(f"there is no trial with the id {trial_id}")
        if state.is_finished():
            if again and state == self.end:
                return
            raise UpdateFinishedTrialError(f"trial {trial_id} was ended by another program, and cannot change any more")
        for table, key, rows in self._rows(trial_id):
            _upsert(connection, table, key, rows)
        if self.end is not None:
            now = datetime.now(UTC).replace(tzinfo=None)
            ended = update(TRIALS).where(TRIALS.c.trial_id == trial_id)
            connection.execute(ended.values(state=self.end, datetime_complete=now))

    def _rows(self, trial_id: int) -> list[tuple[Table, str, list[dict[str, Any]]]]:
        """Return each table with its key column, which identifies rows together with the trial, and the rows."""
        parameters: list[dict[str, Any]] = [
            {"param_name": name, "param_value": value, "distribution_json": distribution_to_json(distribution)}
            for name, (value, distribution) in self.parameters.items()
        ]
        steps: list[dict[str, Any]] = [
            {"step": step, "intermediate_value": _number(value), "intermediate_value_type": _kind(value)}
            for step, value in self.intermediate_values.items()
        ]
        values: list[dict[str, Any]] = [
            {"objective": objective, "value": _number(value), "value_type": _kind(value)}
            for objective, value in enumerate(self.values)
        ]
        found = [
            (TRIAL_PARAMETERS, "param_name", parameters),
            (INTERMEDIATE_VALUES, "step", steps),
            (TRIAL_ATTRIBUTES, "key", _attributes(self.attributes)),
            (SYSTEM_ATTRIBUTES, "key", _attributes(self.system_attributes)),
            (TRIAL_VALUES, "objective", values),
        ]
        return [(table, key, [{"trial_id": trial_id, **row} for row in rows]) for table, key, rows in found if rows]


def _attributes(named: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value_json": json.dumps(value)} for key, value in named.items()]


def _number(value: float) -> float | None:
    """Return a number as Optuna's tables store it: NULL if it is not finite."""
    return value if math.isfinite(value) else None


def _kind(value: float) -> str:
    """Return Optuna's type of the value, which distinguishes the meanings of NULL."""
    if math.isfinite(value):
        return "FINITE"
    if math.isnan(value):
        return "NAN"
    return "INF_POS" if value > 0 else "INF_NEG"


def _upsert(connection: Connection, table: Table, key: str, rows: list[dict[str, Any]]) -> None:
    connection.execute(_upsertion(connection.dialect.name, table, key, tuple(rows[0])), rows)


@cache
def _upsertion(dialect: str, table: Table, key: str, columns: tuple[str, ...]) -> Insert:
    """Return the upsert statement, which is cached because it takes longer to build than to run."""
    identity = ["trial_id", key]
    insertion = insert(dialect, table)
    new = {name: insertion.excluded[name] for name in columns if name not in identity}
    return insertion.on_conflict_do_update(index_elements=identity, set_=new)
