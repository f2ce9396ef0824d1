import optuna
import pytest
from optuna.storages import InMemoryStorage
from optuna.study import StudyDirection
from optuna.trial import TrialState

from automl.storage.cache.single_study_storage import SingleStudyStorage

GOALS = (StudyDirection.MAXIMIZE, StudyDirection.MINIMIZE)


@pytest.fixture
def storage() -> SingleStudyStorage:
    inner = InMemoryStorage()
    optuna.create_study(storage=inner, study_name="another")
    return SingleStudyStorage(inner, inner.create_new_study(GOALS, "a study"))


def test_signs_turn_every_objective_into_one_that_is_minimized(storage):
    assert storage.signs == (-1.0, 1.0)
    assert tuple(storage.get_study_directions(1)) == GOALS


def test_a_study_on_it_runs_as_on_optunas_own(storage):
    study = optuna.load_study(study_name="a study", storage=storage, sampler=optuna.samplers.RandomSampler(seed=0))
    study.set_user_attr("key", 1)
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 1.0), n_trials=3)
    assert study.user_attrs == {"key": 1}
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 3
    assert study.best_trials == [max(study.trials, key=lambda trial: trial.values[0])]


def test_a_study_that_is_not_there_is_told_at_once():
    with pytest.raises(KeyError):
        SingleStudyStorage(InMemoryStorage(), 5)
