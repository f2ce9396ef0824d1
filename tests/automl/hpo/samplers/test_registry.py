"""The samplers by name; `tests/contracts/test_samplers_and_pruners.py` runs searches with each."""

import optuna
import pytest

from automl.hpo.samplers.registry import BLIND, ONE_OBJECTIVE, SAMPLERS, SHORT_SIGHTED, Generations


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0.0, 1.0) + (trial.suggest_categorical("kind", ["a", "b"]) == "b")


def points(name: str, seed: int, trials: int = 20) -> list[dict]:
    study = optuna.create_study(sampler=SAMPLERS[name](seed))
    study.optimize(objective, n_trials=trials)
    return [trial.params for trial in study.trials]


@pytest.mark.parametrize("name", sorted(SAMPLERS.keys() - {"grid", "gp"}))
def test_the_seed_decides_what_is_drawn(name):
    assert points(name, 1) == points(name, 1)
    assert points(name, 1) != points(name, 2)


def test_two_genetic_algorithms_of_one_study_keep_their_parents_apart():
    """Each algorithm of `auto` has a population of its own; with one name they would breed from each other's."""
    storage = optuna.storages.InMemoryStorage()
    for name in ("linear", "probe"):
        sampler = Generations(seed=1, population_size=4)
        sampler.name = name
        optuna.create_study(storage=storage, study_name="s", sampler=sampler, load_if_exists=True).optimize(
            objective, n_trials=12
        )
    study_id = storage.get_study_id_from_name("s")
    keys = storage.get_study_system_attrs(study_id).keys()
    kept = {key.split(":")[1] for key in keys if ":parent:" in key}
    assert kept == {"linear", "probe"}


def test_the_sets_name_samplers_that_exist():
    assert SAMPLERS.keys() >= BLIND | SHORT_SIGHTED | ONE_OBJECTIVE
    assert not BLIND & SHORT_SIGHTED, "what draws blindly reads no trials"
