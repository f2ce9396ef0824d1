import pytest
from optuna.trial import TrialState

from automl.core.errors import UsageError
from automl.storage import attributes
from tests.automl.storage.studies import NEW, begin, made, opened
from trials.protocol import TrialEnd

FAILED = {TrialEnd.ERROR, TrialEnd.OUT_OF_MEMORY}


@pytest.fixture
def store(storage_url, tmp_path):
    """A study whose trials ended, by number: error, completed, out of memory; the last one runs."""
    store = made(storage_url)
    study = opened(store)
    driver = store.study(NEW.name).join(tmp_path)
    ends = (
        (TrialEnd.ERROR, TrialState.FAIL),
        (TrialEnd.COMPLETED, TrialState.COMPLETE),
        (TrialEnd.OUT_OF_MEMORY, TrialState.PRUNED),
    )
    for end, state in ends:
        number = begin(study, driver)
        store.study(NEW.name).note_end(number, end, "because")
        study.tell(number, 0.5 if state == TrialState.COMPLETE else None, state)
    begin(study, driver)
    yield store
    store.close()


def attributes_of(store):
    trials = opened(store).trials
    return {trial.number: trial.user_attrs for trial in trials}


def test_failed_trials_get_a_copy_with_their_parameters(store):
    assert store.study(NEW.name).retry(FAILED) == [4, 5]
    trials = store.study(NEW.name).record().trials
    assert [trials[number].params for number in (4, 5)] == [trials[number].params for number in (0, 2)]
    assert [trials[number].state for number in (4, 5)] == ["WAITING", "WAITING"]
    noted = attributes_of(store)
    assert [noted[number][attributes.RETRY_OF] for number in (4, 5)] == [0, 2]
    assert [noted[number][attributes.RETRIED_BY] for number in (0, 2)] == [4, 5]
    assert noted[0][attributes.END] == "error"


def test_each_is_retried_once_and_a_copy_that_fails_again_may_be_retried(store, tmp_path):
    assert store.study(NEW.name).retry({TrialEnd.ERROR}) == [4]
    assert store.study(NEW.name).retry(FAILED) == [5]
    assert store.study(NEW.name).retry(FAILED) == []
    study, driver = opened(store), store.study(NEW.name).join(tmp_path)
    driver.take_over()
    while begin(study, driver) != 4:
        continue
    store.study(NEW.name).note_end(4, TrialEnd.ERROR, "again")
    study.tell(4, state=TrialState.FAIL)
    assert len(store.study(NEW.name).retry({TrialEnd.ERROR})) == 1


def test_a_retry_that_was_cut_short_is_finished_by_the_next_one(store):
    study = opened(store)
    study.enqueue_trial({"x": 1.0}, user_attrs={attributes.RETRY_OF: 0})  # then a kill
    assert store.study(NEW.name).retry({TrialEnd.ERROR}) == []
    assert attributes_of(store)[0][attributes.RETRIED_BY] == 4


def test_a_study_that_is_not_there_cannot_be_retried(store):
    with pytest.raises(UsageError, match="Did you mean 'a study'"):
        store.study("a stuudy").retry(FAILED)
