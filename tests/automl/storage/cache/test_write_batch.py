import math
from collections.abc import Iterator

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import TrialState

from automl.storage.cache.write_batch import WriteBatch
from automl.storage.database.database import Database


@pytest.fixture
def database(storage_url: str) -> Iterator[Database]:
    database = Database(storage_url)
    yield database
    database.close()


@pytest.fixture
def theirs(database: Database) -> optuna.Study:
    """The study as Optuna's own storage has it."""
    return optuna.create_study(storage=database.storage, directions=["maximize", "minimize"])


def write(database, trial, batch, *, again=False):
    with database.engine.begin() as connection:
        batch.write(connection, trial._trial_id, again=again)


def test_optuna_reads_what_was_written_and_the_last_write_counts(database, theirs):
    trial = theirs.ask()
    choice = CategoricalDistribution(("a", None, 3))
    write(
        database,
        trial,
        WriteBatch(
            parameters={"x": (0.5, FloatDistribution(0, 1)), "c": (1.0, choice)},
            intermediate_values={1: 0.1, 9: 0.3, 27: math.inf, 54: -math.inf},
            attributes={"facts": {"ü": [1, None]}, "kept": 1},
            system_attributes={"deep": {"a": True}},
        ),
    )
    write(database, trial, WriteBatch(intermediate_values={1: 0.2, 9: math.nan}, attributes={"facts": 2}))
    (read,) = theirs.trials
    assert read.state == TrialState.RUNNING
    assert read.params == {"x": 0.5, "c": None}
    assert read.distributions == {"x": FloatDistribution(0, 1), "c": choice}
    assert math.isnan(read.intermediate_values.pop(9))
    assert read.intermediate_values == {1: 0.2, 27: math.inf, 54: -math.inf}
    assert read.user_attrs == {"facts": 2, "kept": 1}
    assert read.system_attrs == {"deep": {"a": True}}


def test_an_end_is_written_with_its_values_and_its_time(database, theirs):
    trial = theirs.ask()
    write(database, trial, WriteBatch(end=TrialState.COMPLETE, values=(0.5, math.inf), attributes={"key": 1}))
    (read,) = theirs.trials
    assert (read.state, read.values, read.user_attrs) == (TrialState.COMPLETE, [0.5, math.inf], {"key": 1})
    assert read.datetime_complete >= read.datetime_start


def test_a_trial_that_another_program_ended_is_left_as_it_is(database, theirs):
    trial = theirs.ask()
    theirs.tell(trial, state=TrialState.FAIL)
    batch = WriteBatch(end=TrialState.COMPLETE, values=(0.5, 1.0), attributes={"key": 1})
    for again in (False, True):
        with pytest.raises(UpdateFinishedTrialError, match="was ended by another program"):
            write(database, trial, batch, again=again)
    (read,) = theirs.trials
    assert (read.state, read.values, read.user_attrs) == (TrialState.FAIL, None, {})


def test_only_a_second_try_may_find_its_own_end(database, theirs):
    trial = theirs.ask()
    batch = WriteBatch(end=TrialState.PRUNED, attributes={"key": 1})
    write(database, trial, batch)
    write(database, trial, batch, again=True)
    with pytest.raises(UpdateFinishedTrialError):
        write(database, trial, batch)
    with pytest.raises(UpdateFinishedTrialError):
        write(database, trial, WriteBatch(attributes={"key": 2}), again=True)
    assert theirs.trials[0].user_attrs == {"key": 1}


def test_a_trial_that_was_deleted_is_told(database, theirs):
    trial = theirs.ask()
    database.storage.delete_study(theirs._study_id)
    with pytest.raises(KeyError, match="no trial with the id"):
        write(database, trial, WriteBatch(attributes={"key": 1}), again=True)
