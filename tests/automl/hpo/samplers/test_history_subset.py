"""What a sampler reads of a long study."""

import optuna
from optuna.samplers import RandomSampler, TPESampler

from automl.hpo.samplers.history_subset import HistorySubsetSampler
from automl.hpo.samplers.trial_ranking import BEST, OTHERS
from tests.automl.storage.studies import NEW, made


class Watcher(RandomSampler):
    """Notes how many trials it is shown, and which of its hooks are called."""

    def __init__(self):
        super().__init__(seed=0)
        self.shown, self.hooks = [], []

    def sample_independent(self, study, trial, param_name, param_distribution):
        self.shown.append(len(study.get_trials(deepcopy=False)))
        return super().sample_independent(study, trial, param_name, param_distribution)

    def before_trial(self, study, trial):
        self.hooks.append("before")

    def after_trial(self, study, trial, state, values):
        self.hooks.append("after")


def in_short(store, sampler):
    mirror = store.study(NEW.name).mirror()
    return mirror, optuna.load_study(study_name=NEW.name, storage=mirror, sampler=HistorySubsetSampler(sampler, mirror))


def test_the_sampler_sees_the_short_study_and_everybody_else_the_whole(storage_url):
    store, watcher = made(storage_url), Watcher()
    mirror, study = in_short(store, watcher)
    for number in range(BEST + OTHERS + 20):
        with mirror.together():
            trial = study.ask()
            trial.suggest_float("y", 0, 1)
            study.tell(trial, number / 1000)
    assert max(watcher.shown) == BEST + OTHERS + 1, "all that have ended, until they are too many, and its own"
    assert len(study.get_trials()) == BEST + OTHERS + 20
    assert watcher.hooks[:2] == ["before", "after"]
    store.close()


def test_the_parameters_that_are_drawn_together_are_those_of_all_trials(storage_url):
    store, sampler = made(storage_url), TPESampler(seed=0, multivariate=True, constant_liar=True)
    mirror, study = in_short(store, sampler)
    for number in range(BEST + OTHERS + 40):
        with mirror.together():
            trial = study.ask()
            trial.suggest_float("x", 0, 1)
            for name in "yz":
                if (number, name) != (100, "y") and (number, name) != (BEST + OTHERS + 15, "z"):
                    trial.suggest_float(name, 0, 1)
            study.tell(trial, -1.0 if number == 100 else number / 1000)
    whole = TPESampler(multivariate=True).infer_relative_search_space(study, trial)
    with mirror.together():
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        assert trial.relative_search_space.keys() == whole.keys() == {"x"}
    store.close()
