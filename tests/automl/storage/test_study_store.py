import optuna

from automl.storage import attributes
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, begin, opened


def test_a_study_is_read_back_by_another_process_as_it_was_made(store, storage_url):
    again = StudyStore(storage_url)
    assert again.study(NEW.name).settings() == NEW
    assert again.names() == [NEW.name]
    assert [record.name for record in again.records()] == [NEW.name]
    again.close()


def test_a_free_name_counts_on(store):
    assert store.free_name("other") == "other"
    assert store.free_name(NEW.name) == f"{NEW.name}-2"


def test_optunas_own_tools_read_a_study_and_do_not_break_it(store, storage_url, tmp_path):
    """A look at it, in the middle of a search, as its command line and its dashboard do it."""
    study = opened(store)
    with store.study(NEW.name).join(tmp_path) as driver:
        number = begin(study, driver)
        foreign = optuna.load_study(study_name=NEW.name, storage=storage_url)
        assert len(foreign.trials_dataframe()) == 1
        assert foreign.user_attrs[attributes.METRIC] == "macro_f1"
        with driver.owning(number) as ours:
            assert ours
            study.tell(number, 0.5)
    assert foreign.best_value == 0.5
