import optuna
import pytest
import sqlalchemy
from optuna.storages import RDBStorage
from sqlalchemy import inspect, text

from automl.core.errors import WorkspaceError
from automl.storage import attributes
from automl.storage.database import locks
from automl.storage.database.locks import database_lock
from automl.storage.database.schema import MIGRATIONS, NEWEST, read_version
from automl.storage.database.tables import OURS, VERSION_TABLE
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, begin, made, opened, other_process, states


@pytest.fixture
def engine(storage_url):
    engine = sqlalchemy.create_engine(storage_url)
    yield engine
    engine.dispose()


def make_released_study(url, name="old"):
    """What version 0.1.0 wrote: its driver was killed while trial 1 ran."""
    study = optuna.create_study(storage=url, study_name=name, direction="maximize")
    for key, value in {
        "automl.metric": "macro_f1",
        "automl.data_fingerprint": "f" * 64,
        "automl.budget_examples": 2700,
        "automl.max_length": 64,
    }.items():
        study.set_user_attr(key, value)
    study.enqueue_trial({"x": 0.25})
    study.set_user_attr("automl.experiment", "{}")
    first = study.ask()
    first.suggest_float("x", 0, 1)
    evaluation = {"step": 81, "examples": 2700, "metrics": {"macro_f1": 0.5}, "train_loss": 0.5}
    first.set_user_attr("automl.evaluation.81", evaluation | {"learning_rate": 0.1, "seconds": 1.0, "is_best": True})
    first.set_user_attr("automl.end", "completed")
    study.tell(first, 0.5)
    study.ask().suggest_float("x", 0, 1)


def test_a_new_database_has_the_newest_tables(storage_url, engine):
    StudyStore(storage_url).close()
    assert read_version(engine) == NEWEST
    assert {*OURS.tables, VERSION_TABLE, "alembic_version"} <= set(inspect(engine).get_table_names())


def test_the_newest_revision_is_the_last_file():
    assert max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).startswith(NEWEST)


def test_a_study_of_the_released_version_goes_on(storage_url, tmp_path):
    make_released_study(storage_url)
    store = StudyStore(storage_url)
    record = store.study("old").record()
    assert len(record.uuid) == 32
    assert record.trials[0].evaluations[0].metrics == {"macro_f1": 0.5}
    assert store.study("old").settings().budget_examples == 2700
    with store.study("old").join(tmp_path) as driver:
        assert driver.take_over() == [1]
        assert store.study("old").record().trials[1].params == record.trials[1].params
        study = opened(store, "old")
        assert [begin(study, driver) for _ in range(2)] == [1, 2]
    assert states(store, "old") == {0: "COMPLETE", 1: "RUNNING", 2: "RUNNING"}
    store.close()
    again = StudyStore(storage_url)
    assert again.study("old").record().uuid == record.uuid
    again.close()


def test_a_study_that_the_released_version_adds_later_gets_its_uuid_from_its_first_driver(storage_url, tmp_path):
    StudyStore(storage_url).close()
    make_released_study(storage_url)
    store = StudyStore(storage_url)
    assert store.study("old").record().uuid == ""
    store.study("old").join(tmp_path)
    uuid = store.study("old").record().uuid
    store.study("old").join(tmp_path)
    assert len(uuid) == 32
    assert store.study("old").record().uuid == uuid
    store.close()


def test_studies_of_others_get_no_uuid(storage_url):
    optuna.create_study(storage=storage_url, study_name="foreign")
    store = StudyStore(storage_url)
    assert attributes.UUID not in optuna.load_study(storage=storage_url, study_name="foreign").user_attrs
    store.close()


def test_a_database_that_is_newer_than_the_program_is_refused(storage_url, engine):
    made(storage_url).close()
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(WorkspaceError, match=r"a newer version created it .* upgrade transformer-automl"):
        StudyStore(storage_url)


@pytest.mark.parametrize(("version", "advice"), [("v99.0.0", "pip install -U"), ("v3.0.0.d", "optuna storage upgrade")])
def test_tables_of_another_optuna_are_refused(storage_url, engine, version, advice):
    made(storage_url).close()
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
    with pytest.raises(WorkspaceError, match=advice):
        StudyStore(storage_url)


def test_a_migration_that_fails_leaves_the_database_as_it_was(storage_url, engine):
    RDBStorage(storage_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE automl_claims (x INTEGER)"))
    with pytest.raises(WorkspaceError, match="already exists"):
        StudyStore(storage_url)
    assert read_version(engine) is None
    assert "automl_studies" not in inspect(engine).get_table_names()


def test_two_can_open_a_new_database_at_once(storage_url):
    with other_process("open_database", storage_url) as one, other_process("open_database", storage_url) as two:
        for phase in ("ready", []):
            assert [one.hear(), two.hear()] == [phase, phase]
            one.go()
            two.go()
        assert [one.end(), two.end()] == [0, 0]


def test_a_database_that_is_up_to_date_is_opened_without_waiting_for_anybody(storage_url, engine):
    made(storage_url).close()
    with database_lock(engine, "schema"):
        StudyStore(storage_url).close()


def test_another_process_that_is_frozen_in_a_migration_is_told(storage_url, engine, monkeypatch):
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.2)
    with database_lock(engine, "schema"), pytest.raises(WorkspaceError, match="held its schema lock"):
        StudyStore(storage_url)


def test_the_newer_tables_do_not_disturb_optunas_own_tools(storage_url):
    made(storage_url, NEW.name).close()
    assert optuna.study.get_all_study_names(storage_url) == [NEW.name]
