"""Trials get the numbers that Optuna would give them."""

import optuna
from optuna.samplers import RandomSampler
from optuna.storages import RDBStorage

from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, opened


def test_numbers_go_on_whoever_begins_trials_and_in_whatever_study(store, storage_url):
    ours, others = opened(store), opened(StudyStore(storage_url))
    optunas = optuna.load_study(study_name=NEW.name, storage=RDBStorage(storage_url))
    foreign = optuna.create_study(storage=RDBStorage(storage_url), study_name="foreign")
    numbers = []
    for study in (ours, others, foreign, optunas, ours, optunas, others, foreign, others, ours):
        trial = study.ask()
        if study is not foreign:
            numbers.append(trial.number)
    assert numbers == list(range(8))
    assert [trial.number for trial in optunas.get_trials()] == numbers
    assert [trial.number for trial in ours.get_trials()] == numbers
    begun = [trial.datetime_start for trial in optunas.get_trials()]
    assert begun == sorted(begun), "ours are in the same time as Optuna's"


def test_trials_that_others_have_begun_since_the_study_was_read_are_counted(store, storage_url):
    mirror = store.study(NEW.name).mirror()
    ours = optuna.load_study(study_name=NEW.name, storage=mirror, sampler=RandomSampler(seed=0))
    optunas = optuna.load_study(study_name=NEW.name, storage=RDBStorage(storage_url))
    foreign = optuna.create_study(storage=RDBStorage(storage_url), study_name="foreign")
    optunas.ask()
    with mirror.together():
        assert len(ours.get_trials()) == 1
        for study in (optunas, foreign, optunas, foreign, foreign):
            study.ask()
        assert ours.ask().number == 3
    assert [trial.number for trial in ours.get_trials()] == [0, 1, 2, 3]
    assert [trial.number for trial in optunas.get_trials()] == [0, 1, 2, 3]
