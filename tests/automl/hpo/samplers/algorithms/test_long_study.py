"""A study of several algorithms that is far longer than what TPE is shown of it."""

import random
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import ClassVar

import pytest
from optuna.samplers import RandomSampler
from optuna.trial import FrozenTrial, Trial, TrialState

from automl.core.objectives import Goals, objective_of
from automl.engine import open_study
from automl.hpo.samplers.registry import SAMPLERS
from automl.hpo.samplers.trial_ranking import BEST, OTHERS
from automl.storage.study_store import NewStudy, StudyStore, sqlite_url
from search_spaces import ALGORITHM

pytestmark = pytest.mark.integration

NEW = NewStudy("long", Goals((objective_of("accuracy"),)), "{}", "f" * 64, 2700, 64)
TOPS = {"good": 0.80, "weak": 0.798, "third": 0.79}
DEFAULTS = {each: {ALGORITHM: each, f"{each}.x": 0.5, f"{each}.y": 0.5} for each in TOPS}
BEST_OF_TPE = 25
"""Most trials that TPE takes for good ones."""


def value_of(trial: Trial, dice: random.Random) -> float:
    """Asks for a point, and gives its value."""
    algorithm = trial.suggest_categorical(ALGORITHM, tuple(TOPS))
    distance = sum((trial.suggest_float(f"{algorithm}.{name}", 0, 1) - 0.3) ** 2 for name in "xy")
    return TOPS[algorithm] - 0.01 * distance - 0.001 * dice.random()


def search(folder: Path, sampler: str, trials: int, failing: Collection[str] = ()) -> list[FrozenTrial]:
    """Trials without training; all those of the algorithms `failing` fail."""
    store, dice = StudyStore(sqlite_url(folder)), random.Random(0)
    study = store.create(NEW, DEFAULTS["good"])
    opened = open_study(study, sampler=sampler, pruner="none", seed=0, driver=0, defaults=DEFAULTS)
    for _ in range(trials):
        with opened.mirror.together():
            trial = opened.study.ask()
            value = value_of(trial, dice)
            if trial.params[ALGORITHM] in failing:
                opened.study.tell(trial, state=TrialState.FAIL)
            else:
                opened.study.tell(trial, value)
    found = opened.study.get_trials(deepcopy=False)
    store.close()
    return found


def test_an_algorithm_that_always_fails_is_not_forgotten(tmp_path):
    numbers = [each.number for each in search(tmp_path, "qmc", 600, {"weak"}) if each.params[ALGORITHM] == "weak"]
    assert len(numbers) == 3 and max(numbers) < BEST + OTHERS


def test_no_default_is_begun_twice(tmp_path):
    trials = search(tmp_path, "qmc", 1200)
    counts = Counter(str(sorted(each.params.items())) for each in trials)
    assert all(counts[str(sorted(point.items()))] == 1 for point in DEFAULTS.values())


class Watcher(RandomSampler):
    """Notes the numbers of the trials that it is shown."""

    shown: ClassVar[list[set[int]]] = []

    def sample_independent(self, study, trial, param_name, param_distribution):
        self.shown.append({each.number for each in study.get_trials(deepcopy=False)})
        return super().sample_independent(study, trial, param_name, param_distribution)


def test_the_sampler_of_each_algorithm_sees_its_own_best_trials_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setattr(Watcher, "shown", [])
    monkeypatch.setitem(SAMPLERS, "tpe", lambda seed: Watcher(seed=seed))
    trials = search(tmp_path, "tpe", 1000)
    last = {trials[max(shown)].params[ALGORITHM]: shown for shown in Watcher.shown}
    assert max(len(shown) for shown in last.values()) == BEST + OTHERS + 1, "the trial itself besides"
    assert Counter(each.params[ALGORITHM] for each in trials[BEST + OTHERS :])["weak"] > BEST_OF_TPE
    for algorithm, shown in last.items():
        own = [each for each in trials if each.params[ALGORITHM] == algorithm and each.number < max(shown)]
        best = sorted(own, key=lambda each: -each.value)[:BEST_OF_TPE]
        assert {each.number for each in best} <= shown <= {max(shown), *(each.number for each in own)}


def test_the_generations_of_cma_es_do_not_end_in_a_long_study(tmp_path):
    """Six trials make one, of those that are drawn from one; the wrapper hid the earlier ones."""
    trials = search(tmp_path, "cmaes", 600)
    for algorithm, count in Counter(each.params[ALGORITHM] for each in trials).items():
        own = [each.system_attrs for each in trials if each.params[ALGORITHM] == algorithm]
        generations = {value for each in own for key, value in each.items() if key.endswith("generation")}
        assert len(generations) >= (count - 12) // 6 - 1
