import optuna
import pytest
import sqlalchemy
from sqlalchemy import func, select

from automl.core.errors import UsageError
from automl.storage.database.tables import CLAIMS, DRIVERS, STUDIES, TRIALS
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import FIRST, NEW, begin, made, opened, states
from tests.waiting import wait_until


@pytest.fixture
def rows(storage_url):
    """Counts the rows of ours, and Optuna's trials."""
    engine = sqlalchemy.create_engine(storage_url)

    def count():
        with engine.connect() as connection:
            return [
                connection.scalar(select(func.count()).select_from(table))
                for table in (STUDIES, DRIVERS, CLAIMS, TRIALS)
            ]

    yield count
    engine.dispose()


def test_nothing_of_a_deleted_study_stays_and_nothing_of_another_goes(storage_url, tmp_path, rows):
    store = made(storage_url)
    with store.study(NEW.name).join(tmp_path) as driver:
        begin(opened(store), driver)
    before = rows()
    made(storage_url, "another").close()
    with store.study("another").join(tmp_path) as driver:
        begin(opened(store, "another"), driver)
    store.study("another").delete()
    assert rows() == before == [1, 1, 1, 1]
    assert store.names() == [NEW.name]
    store.study(NEW.name).delete()
    assert rows() == [0, 0, 0, 0]
    with pytest.raises(UsageError, match="no study 'a study', nor any other"):
        store.study(NEW.name).delete()
    store.close()


def test_a_driver_whose_study_is_deleted_is_to_stop(storage_url, tmp_path):
    store = made(storage_url)
    with store.study(NEW.name).join(tmp_path, beat_seconds=0.05) as driver:
        other = StudyStore(storage_url)
        other.study(NEW.name).delete()
        other.close()
        wait_until(lambda: driver.stop_requested)
    store.close()


def test_a_study_that_takes_the_id_of_one_deleted_elsewhere_inherits_nothing(storage_url, tmp_path):
    store = made(storage_url)
    driver = store.study(NEW.name).join(tmp_path)
    begin(opened(store), driver)
    optuna.delete_study(study_name=NEW.name, storage=storage_url)
    store.create(NEW, FIRST)
    assert store.study(NEW.name).drivers() == []
    with store.study(NEW.name).join(tmp_path) as new:
        assert new.ordinal == 0
        assert begin(opened(store), new) == 0
        with new.owning(0) as ours:
            assert ours
    assert states(store) == {0: "RUNNING"}
    store.close()
