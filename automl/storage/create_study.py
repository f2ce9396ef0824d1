"""Creation of a study, which is atomic for every reader."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import uuid4

import optuna
from optuna.exceptions import DuplicatedStudyError
from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from sqlalchemy import Connection, delete, select

from automl.core import NewStudy, UsageError
from automl.storage import attributes
from automl.storage.database import CREATIONS, OPTUNA_STUDIES, STUDY_ATTRIBUTES, Database, database_lock, insert
from automl.storage.delete_study import delete_study, forget_deleted
from automl.storage.study_names import incomplete_studies


def create_study(database: Database, new: NewStudy, points: Sequence[Mapping[str, Any]]) -> None:
    """Create a study whose first trials are `points`, in their order.

    Optuna writes a study in several transactions. So the name is recorded in `CREATIONS` first and removed last: a
    recorded study without an experiment is incomplete. A lock allows one creation at a time, so each creation may
    remove all incomplete studies.

    Args:
        database: the database of studies.
        new: the settings of the study.
        points: parameters of the first trials, by name.

    Raises:
        UsageError: a study of that name exists.
    """
    uuid = uuid4().hex
    database.retry_policy.run_as_one(lambda: _create(database, new, points, uuid))


def remove_incomplete(database: Database) -> None:
    """Remove every study whose creation was interrupted."""

    def remove() -> None:
        with database_lock(database.engine, "studies"):
            _remove_incomplete(database)

    database.retry_policy.run_as_one(remove)


def _remove_incomplete(database: Database) -> None:
    for study_id, name in database.run(incomplete_studies).items():
        delete_study(database, study_id)
        database.run(partial(_remove_record, name=name))


def _create(database: Database, new: NewStudy, points: Sequence[Mapping[str, Any]], uuid: str) -> None:
    with database_lock(database.engine, "studies"):
        _remove_incomplete(database)
        if not database.run(partial(_exists, name=new.name, uuid=uuid)):
            database.run(partial(_record, name=new.name))
            try:
                _write(database.storage, new, points, uuid)
            except DuplicatedStudyError:  # another program, which does not use our lock, created it first
                database.run(partial(_remove_record, name=new.name))
                raise _taken(new.name) from None
        database.run(partial(_remove_record, name=new.name))


def _exists(connection: Connection, name: str, uuid: str) -> bool:
    """Return whether an earlier attempt created the study, although its reply was lost.

    Raises:
        UsageError: another study of that name exists.
    """
    study_id = connection.scalar(select(OPTUNA_STUDIES.c.study_id).where(OPTUNA_STUDIES.c.study_name == name))
    if study_id is None:
        return False
    written = STUDY_ATTRIBUTES.c
    query = select(written.value_json).where(written.study_id == study_id, written.key == attributes.UUID)
    if connection.scalar(query) != json.dumps(uuid):
        raise _taken(name)
    return True


def _record(connection: Connection, name: str) -> None:
    connection.execute(insert(connection.dialect.name, CREATIONS).values(study_name=name).on_conflict_do_nothing())
    forget_deleted(connection)


def _remove_record(connection: Connection, name: str) -> None:
    connection.execute(delete(CREATIONS).where(CREATIONS.c.study_name == name))


def _write(storage: BaseStorage, new: NewStudy, points: Sequence[Mapping[str, Any]], uuid: str) -> None:
    goals = new.goals
    directions = [StudyDirection.MAXIMIZE if each.maximize else StudyDirection.MINIMIZE for each in goals.objectives]
    study = optuna.create_study(storage=storage, study_name=new.name, directions=directions)
    study.set_user_attr(attributes.UUID, uuid)
    study.set_user_attr(attributes.METRIC, goals.first.name)
    study.set_user_attr(attributes.OBJECTIVES, list(goals.names))
    study.set_user_attr(attributes.CONSTRAINTS, [str(constraint) for constraint in goals.constraints])
    study.set_user_attr(attributes.FINGERPRINT, new.data_fingerprint)
    study.set_user_attr(attributes.BUDGET, new.budget_examples)
    study.set_user_attr(attributes.PRETRAINED_BUDGET, new.pretrained_budget_examples)
    study.set_user_attr(attributes.PACE, asdict(new.pace))
    study.set_user_attr(attributes.MAX_LENGTH, new.max_length)
    if new.traits is not None:
        study.set_user_attr(attributes.TRAITS, asdict(new.traits))
    study.set_user_attr(attributes.RECOMMENDED, [asdict(each) for each in new.recommended])
    for point in points:
        study.enqueue_trial(dict(point))
    study.set_user_attr(attributes.EXPERIMENT, new.experiment)  # last: it marks the study as complete


def _taken(name: str) -> UsageError:
    return UsageError(
        f"a new study must have a new name, and there is a study {name!r} already; "
        "resume it (automl resume) or give another --study"
    )
