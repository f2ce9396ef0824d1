"""Our successive halving decides as Optuna's does, and each goes on where the other left off."""

import math
import random

import optuna
import pytest
from optuna.pruners import HyperbandPruner, SuccessiveHalvingPruner
from optuna.samplers import RandomSampler
from optuna.storages import RDBStorage
from optuna.trial import TrialState

from automl.hpo.pruners.registry import FIRST_RUNG, PRUNERS, REDUCTION_FACTOR
from automl.storage.study_store import StudyStore
from trials.protocol import BUDGET_STEPS

STEPS = (1, 5, 9, 27, 81)
"""Between two rungs Optuna's pruner says nothing, and ours does."""

OPTUNAS = {
    "asha": lambda: SuccessiveHalvingPruner(min_resource=FIRST_RUNG, reduction_factor=REDUCTION_FACTOR),
    "hyperband": lambda: HyperbandPruner(FIRST_RUNG, BUDGET_STEPS, REDUCTION_FACTOR),
}


def history(study, seed, trials=40):
    """Random trials, some side by side, some without an end; what the pruner said at each report."""
    dice, verdicts, running = random.Random(seed), [], []
    for _ in range(trials):
        running.append([study.ask(), list(STEPS)])
        while len(running) > dice.randrange(3):
            trial, steps = dice.choice(running)
            trial.report(dice.choice([dice.random(), 0.5, 0.5, 2, math.inf, -math.inf, math.nan]), steps.pop(0))
            verdicts.append((trial.number, trial.should_prune()))
            if verdicts[-1][1] or not steps or dice.random() < 0.05:
                running.remove([trial, steps])
                if verdicts[-1][1]:
                    study.tell(trial, state=TrialState.PRUNED)
                else:
                    study.tell(trial, *((None, TrialState.FAIL) if steps else (0.5,)))
    return verdicts


def rungs(study):
    return [
        {key: value for key, value in trial.system_attrs.items() if key.startswith("completed_rung")}
        for trial in study.get_trials()
    ]


def with_optunas(url, name, pruner):
    return optuna.load_study(
        study_name=name, storage=RDBStorage(url), pruner=OPTUNAS[pruner](), sampler=RandomSampler(0)
    )


def with_ours(store, name, pruner):
    mirror = store.study(name).mirror()
    return optuna.load_study(study_name=name, storage=mirror, pruner=PRUNERS[pruner](mirror), sampler=RandomSampler(0))


@pytest.mark.parametrize(
    ("direction", "pruner"),
    [
        ("maximize", "hyperband"),
        ("minimize", "asha"),
        pytest.param("maximize", "asha", marks=pytest.mark.slow),
        pytest.param("minimize", "hyperband", marks=pytest.mark.slow),
    ],
)
def test_at_rungs_it_decides_as_optunas_own_over_random_histories(tmp_path, direction, pruner):
    found = []
    for side in range(2):  # in databases of their own, as Hyperband goes by the study's name
        url = f"sqlite:///{tmp_path}/{side}.db"
        store = StudyStore(url)
        optuna.create_study(storage=RDBStorage(url), study_name="same", direction=direction)
        study = with_ours(store, "same", pruner) if side else with_optunas(url, "same", pruner)
        found.append(([history(study, seed) for seed in range(2)], rungs(study)))
        store.close()
    assert found[0] == found[1]
    assert {verdict for verdicts in found[0][0] for _, verdict in verdicts} == {True, False}


def test_each_goes_on_where_the_other_left_off(storage_url):
    store = StudyStore(storage_url)
    for name in ("changing", "optunas"):
        optuna.create_study(storage=RDBStorage(storage_url), study_name=name, direction="maximize")
    verdicts = []
    for seed in range(3):
        changing = (with_ours if seed % 2 else lambda _, *rest: with_optunas(storage_url, *rest))(
            store, "changing", "asha"
        )
        verdicts.append(history(changing, seed, 20) == history(with_optunas(storage_url, "optunas", "asha"), seed, 20))
    assert verdicts == [True] * 3
    store.close()


def test_a_value_that_another_driver_wrote_counts(storage_url):
    store = StudyStore(storage_url)
    optuna.create_study(storage=RDBStorage(storage_url), study_name="shared", direction="maximize")
    ours, others = with_ours(store, "shared", "asha"), with_ours(StudyStore(storage_url), "shared", "asha")
    mine = ours.ask()
    for value in (0.9, 0.8, 0.7):
        theirs = others.ask()
        theirs.report(value, FIRST_RUNG)
        theirs.should_prune()
    mine.report(0.6, FIRST_RUNG)
    assert mine.should_prune()
    later = ours.ask()
    later.report(1.0, FIRST_RUNG)
    assert not later.should_prune()
    store.close()


def test_a_value_whose_transaction_failed_does_not_count(storage_url):
    store = StudyStore(storage_url)
    optuna.create_study(storage=RDBStorage(storage_url), study_name="torn", direction="maximize")
    study = with_ours(store, "torn", "asha")
    lost, next_one = study.ask(), study.ask()
    with pytest.raises(ZeroDivisionError), study._storage.together():
        lost.report(0.9, FIRST_RUNG)
        assert not lost.should_prune()
        raise ZeroDivisionError
    next_one.report(0.1, FIRST_RUNG)
    assert not next_one.should_prune()
    store.close()


@pytest.mark.parametrize("sign", [1, -1])
def test_who_came_first_is_stopped_once_others_show_that_it_is_behind(tmp_path, sign):
    store = StudyStore(f"sqlite:///{tmp_path}/studies.db")
    directions = {1: "maximize", -1: "minimize"}
    optuna.create_study(
        storage=RDBStorage(f"sqlite:///{tmp_path}/studies.db"), study_name="early", direction=directions[sign]
    )
    study = with_ours(store, "early", "asha")

    def goes_on(trial, step, value):
        trial.report(sign * value, step)
        return not trial.should_prune()

    first, second, third = study.ask(), study.ask(), study.ask()
    assert goes_on(first, 9, 0.1)
    assert goes_on(first, 18, 0.05), "nobody else is there, and a trial is not held against itself"
    assert goes_on(second, 9, 0.8)
    assert goes_on(third, 9, 0.9)
    assert goes_on(second, 18, 0.85), "worse than one other of two"
    assert goes_on(first, 20, 0.81), "slow, but not behind any more"
    assert not goes_on(first, 22, 0.2), "both others were better with less"
    assert goes_on(third, 27, 0.7)
    assert goes_on(third, 30, 0.6), "nobody else came as far"
    assert not goes_on(third, 36, math.nan)
    store.close()
