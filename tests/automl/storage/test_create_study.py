import signal
from dataclasses import replace

import optuna
import pytest
import sqlalchemy

from automl.core.errors import UsageError
from automl.storage.create_study import incomplete_studies
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import FIRST, NEW, made, other_process, states


def test_a_study_is_whole_once_it_is_there(storage_url):
    store = made(storage_url)
    assert store.study(NEW.name).settings() == NEW
    record = store.study(NEW.name).record()
    assert len(record.uuid) == 32
    assert [(trial.number, trial.state, trial.params) for trial in record.trials] == [(0, "WAITING", FIRST)]
    assert store.incomplete_studies() == []
    store.close()


def test_a_name_that_is_taken_is_refused(storage_url):
    store = made(storage_url)
    other = StudyStore(storage_url)
    with pytest.raises(UsageError, match="there is a study 'a study' already"):
        other.create(NEW, FIRST)
    optuna.create_study(storage=storage_url, study_name="foreign")
    with pytest.raises(UsageError, match="there is a study 'foreign' already"):
        other.create(replace(NEW, name="foreign"), FIRST)
    assert store.study(NEW.name).settings() == NEW
    assert other.names() == [NEW.name, "foreign"]
    store.close()
    other.close()


def test_a_creation_that_is_cut_short_is_seen_by_nobody_and_can_be_done_again(storage_url):
    store = made(storage_url, "another")
    with other_process("half_create", storage_url) as creator:
        assert creator.hear() == "half"
        assert store.names() == ["another"]
        assert store.incomplete_studies() == [NEW.name]
        assert [record.name for record in store.records()] == ["another"]
        with pytest.raises(UsageError, match="There is no study"):
            store.study("a studdy").record()
        assert store.free_name(NEW.name) == f"{NEW.name}-2"
        creator.send(signal.SIGKILL)
        creator.end()
    store.create(NEW, FIRST)
    assert store.study(NEW.name).settings() == NEW
    assert states(store) == {0: "WAITING"}
    assert store.names() == ["another", NEW.name]
    assert store.incomplete_studies() == []
    store.close()


def test_a_creation_that_goes_on_is_left_alone(storage_url, monkeypatch):
    """Whoever creates a study meanwhile waits; here, not for long."""
    from automl.core.errors import WorkspaceError
    from automl.storage.database import locks

    store = StudyStore(storage_url)
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.2)
    with other_process("half_create", storage_url) as creator:
        assert creator.hear() == "half"
        for name in (NEW.name, "another"):
            with pytest.raises(WorkspaceError, match="another process has held its studies lock"):
                store.create(replace(NEW, name=name), FIRST)
        assert store.incomplete_studies() == [NEW.name]
    store.close()


def test_a_stump_can_be_removed_without_another_creation(storage_url):
    store = StudyStore(storage_url)
    with other_process("half_create", storage_url) as creator:
        creator.hear()
    store.remove_incomplete()
    assert store.incomplete_studies() == []
    assert store.free_name(NEW.name) == NEW.name
    store.close()


def test_studies_of_other_programs_are_no_stumps(storage_url):
    optuna.create_study(storage=storage_url, study_name="foreign")
    store = made(storage_url)
    engine = sqlalchemy.create_engine(storage_url)
    with engine.begin() as connection:
        assert incomplete_studies(connection) == {}
    engine.dispose()
    assert store.names() == ["foreign", NEW.name]
    store.close()
