"""What a sampler is shown of a long study."""

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.samplers import RandomSampler
from optuna.trial import TrialState, create_trial

from automl.search.history import BEST, OTHERS, ShortHistory, shorten
from tests.automl.storage.studies import NEW, made


def ended(number, value, state=TrialState.COMPLETE, step=81):
    trial = create_trial(
        state=state,
        value=None if state == TrialState.FAIL else value,
        params={"x": 0.5},
        distributions={"x": FloatDistribution(0, 1)},
        intermediate_values={step: value},
    )
    trial.number = number
    return trial


def running(number):
    trial = create_trial(state=TrialState.RUNNING)
    trial.number = number
    return trial


def test_a_short_study_is_shown_whole():
    trials = [ended(number, 0.5) for number in range(BEST + OTHERS)]
    assert shorten(trials, maximize=True) == trials


@pytest.mark.parametrize("maximize", [True, False])
def test_the_best_and_those_that_run_are_always_shown(maximize):
    trials = [ended(number, (number * 7919 % 3000) / 3000) for number in range(3000)]
    trials[1234] = running(1234)
    shown = shorten(trials, maximize=maximize)
    assert len(shown) == BEST + OTHERS + 1
    assert [trial.number for trial in shown] == sorted(trial.number for trial in shown)
    assert trials[1234] in shown
    finished = sorted((trial for trial in trials if trial.values), key=lambda trial: trial.value, reverse=maximize)
    assert {trial.number for trial in finished[:BEST]} <= {trial.number for trial in shown}
    others = [trial.value for trial in shown if trial.values][:: 1 if maximize else -1]
    assert 0.3 < sum(others) / len(others) < 0.7, "the others are spread over good and bad"


def test_of_trials_that_were_stopped_those_that_came_furthest_are_best():
    stopped = [ended(number, 0.9, TrialState.PRUNED, step=9) for number in range(1000)]
    stopped[700] = ended(700, 0.1, TrialState.PRUNED, step=27)
    stopped[701] = ended(701, 0.2, TrialState.FAIL)
    shown = {trial.number for trial in shorten(stopped, maximize=True)}
    assert 700 in shown and 701 not in shown


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


def test_the_sampler_sees_the_short_study_and_everybody_else_the_whole(storage_url):
    store, watcher = made(storage_url), Watcher()
    mirror = store.mirror(NEW.name)
    study = optuna.load_study(study_name=NEW.name, storage=mirror, sampler=ShortHistory(watcher, mirror))
    for number in range(BEST + OTHERS + 20):
        with mirror.together():
            trial = study.ask()
            trial.suggest_float("y", 0, 1)
            study.tell(trial, number / 1000)
    assert max(watcher.shown) == BEST + OTHERS + 1, "all that have ended, until they are too many, and its own"
    assert len(study.get_trials()) == BEST + OTHERS + 20
    assert watcher.hooks[:2] == ["before", "after"]
    store.close()
