"""What the choice of the algorithm knows of one algorithm."""

import math

import pytest
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.hpo.samplers.algorithms.history import EndedTrials, Outcome
from automl.hpo.samplers.algorithms.results import AlgorithmResults, results_of
from automl.storage.attributes import MEMBERS, evaluation_key
from trials.protocol import Evaluation

COMPLETE = Outcome((-0.8,), 100.0, 100.0, is_complete=True)
PRUNED = Outcome((-0.7,), 10.0, 10.0, is_complete=False)
FAILED = Outcome(None, 4.0, 4.0, is_complete=False)


def running(number: int, step: int, seconds: float, fold: int | None = None) -> FrozenTrial:
    made = create_trial(state=TrialState.RUNNING)
    made.number = number
    seen = Evaluation(step, 100, {"accuracy": 0.5}, 0.5, 0.001, seconds, is_best=True, fold=fold)
    made.user_attrs[evaluation_key(step)] = {**vars(seen)}
    return made


def of(*outcomes: Outcome, trials: tuple[FrozenTrial, ...] = ()) -> AlgorithmResults:
    ended = EndedTrials()
    for number, each in enumerate(outcomes):
        trial = create_trial(state=TrialState.FAIL)
        trial.number = number
        ended.put(trial, each)
    return results_of(ended, trials, lambda trial: -0.5)


def test_a_trial_costs_the_mean_over_all_ends():
    found = of(COMPLETE, PRUNED, PRUNED, FAILED)
    assert found.mean_cost == pytest.approx(31.0)
    assert found.full == 100.0
    assert found.losses == (-0.8, -0.7, -0.7) and found.draws == 4


def test_time_of_trials_that_have_not_ended_counts_so_that_early_ends_do_not_look_cheap():
    found = of(PRUNED, trials=(running(7, 9, 10.0), running(8, 27, 30.0)))
    assert found.mean_cost == pytest.approx(50.0)
    assert found.full == pytest.approx(90.0), "projected, as none was completed"
    assert found.losses == (-0.7, -0.5, -0.5) and found.draws == 3


@pytest.mark.parametrize("early", [running(7, 1, 1.0), running(7, 9, 10.0, fold=0)])
def test_of_a_trial_that_has_hardly_begun_nothing_is_known(early):
    found = of(trials=(early,))
    assert (found.losses, found.running, found.full, found.mean_cost) == ((), 1, None, None)


def test_members_of_a_pack_share_their_time_before_and_after_the_first_end():
    mates = tuple(running(number, 27, 30.0) for number in range(4))
    for mate in mates:
        mate.user_attrs[MEMBERS] = 4.0
    found = of(trials=mates)
    assert (found.full, found.mean_cost, found.workers) == (pytest.approx(90.0), pytest.approx(22.5), 1.0)
    assert of(Outcome((-0.8,), 22.5, 90.0, is_complete=True)).mean_cost == 22.5
    assert of(trials=(running(0, 27, 30.0),)).workers == 1.0


def test_an_infinite_loss_is_none():
    assert of(Outcome((math.inf,), 3.0, 3.0, is_complete=True)).losses == ()


def test_only_failures_make_an_algorithm_hopeless():
    assert of(FAILED, FAILED, FAILED).is_hopeless
    assert not of(FAILED, FAILED, FAILED, PRUNED).is_hopeless and not of(FAILED, FAILED).is_hopeless
