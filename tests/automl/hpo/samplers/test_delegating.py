"""A sampler that another one stands behind: the study cannot tell the difference."""

import inspect

import optuna
import pytest
from optuna.samplers import BaseSampler, CmaEsSampler, RandomSampler

from automl.hpo.samplers.delegating import DelegatingSampler


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_float("y", -1, 1) ** 2


def found(sampler: BaseSampler) -> list[dict]:
    study = optuna.create_study(sampler=sampler)
    study.optimize(objective, n_trials=30)
    return [trial.params for trial in study.trials]


@pytest.mark.parametrize("make", [lambda: RandomSampler(seed=3), lambda: CmaEsSampler(seed=3, n_startup_trials=3)])
def test_it_gives_the_points_of_the_sampler_behind_it(make):
    """CMA-ES draws jointly and learns from ends, so a call that is not passed on changes what it gives."""
    assert found(DelegatingSampler(make())) == found(make())


def test_every_hook_of_optuna_is_passed_on():
    hooks = {name for name, member in inspect.getmembers(BaseSampler, inspect.isfunction) if not name.startswith("_")}
    assert hooks <= vars(DelegatingSampler).keys()
