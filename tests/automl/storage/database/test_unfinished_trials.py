"""What has not ended is found without going through all trials, whoever begins and ends them."""

from optuna.trial import TrialState

from automl.storage.database.unfinished_trials import UnfinishedTrials
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, opened


def look(store, unfinished):
    found = store._database.run(unfinished.look)
    return {number: state.name for _, number, state in found}


def test_each_look_finds_what_has_not_ended(store, storage_url):
    study, elsewhere = opened(store), opened(StudyStore(storage_url))
    unfinished = UnfinishedTrials(study._study_id)
    assert look(store, unfinished) == {0: "WAITING"}
    mine, theirs = study.ask(), elsewhere.ask()
    elsewhere.enqueue_trial({"x": 0.5})
    assert look(store, unfinished) == {0: "RUNNING", 1: "RUNNING", 2: "WAITING"}
    study.tell(mine, 0.5)
    elsewhere.tell(theirs, state=TrialState.PRUNED)
    study.tell(study.ask(), 0.5)
    study.tell(study.ask(), 0.5)
    last = elsewhere.ask()
    assert look(store, unfinished) == {4: "RUNNING"}
    store.study(NEW.name).requeue(last.number)
    assert look(store, unfinished) == {4: "WAITING"}


def test_ids_are_found_of_what_has_not_ended_only(store):
    study = opened(store)
    ended, running = study.ask(), study.ask()
    study.tell(ended, 0.5)
    unfinished = UnfinishedTrials(study._study_id)
    find = [store._database.run(lambda connection, n=n: unfinished.trial_id(connection, n)) for n in range(3)]
    assert find == [None, running._trial_id, None]
    new = study.ask()
    assert store._database.run(lambda connection: unfinished.trial_id(connection, new.number)) == new._trial_id
