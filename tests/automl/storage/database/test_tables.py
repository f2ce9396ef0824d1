from collections.abc import Iterator

import pytest
import sqlalchemy
from optuna.storages._rdb import models
from sqlalchemy import inspect

from automl.storage.database.tables import INTERMEDIATE_VALUES, OPTUNAS, OURS, TRIAL_VALUES
from automl.storage.study_store import StudyStore


@pytest.fixture
def engine(storage_url: str) -> Iterator[sqlalchemy.Engine]:
    StudyStore(storage_url).close()
    engine = sqlalchemy.create_engine(storage_url)
    yield engine
    engine.dispose()


def test_our_tables_have_the_columns_and_indices_that_the_program_uses(engine):
    there = inspect(engine)
    for table in OURS.tables.values():
        assert {column["name"] for column in there.get_columns(table.name)} == set(table.columns.keys())
        assert {index["name"] for index in there.get_indexes(table.name)} == {index.name for index in table.indexes}


def test_optunas_tables_have_the_columns_that_the_program_uses(engine):
    there = inspect(engine)
    for table in OPTUNAS.tables.values():
        assert set(table.columns.keys()) <= {column["name"] for column in there.get_columns(table.name)}, table.name


def test_values_are_of_the_kinds_that_optuna_knows():
    """The installed version reads them by name, and in PostgreSQL they are types of the database."""
    theirs = (models.TrialValueModel.value_type, models.TrialIntermediateValueModel.intermediate_value_type)
    ours = (TRIAL_VALUES.c.value_type, INTERMEDIATE_VALUES.c.intermediate_value_type)
    for mine, optunas in zip(ours, theirs, strict=True):
        assert set(mine.type.enums) == set(optunas.type.enums)
        assert mine.type.name == optunas.type.name
