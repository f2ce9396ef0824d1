"""Which algorithm comes next."""

from datetime import datetime, timedelta

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState

from automl.hpo.objective_history import last_losses, losses_so_far
from automl.hpo.samplers.algorithm_choice import expected_improvement, most_promising
from automl.storage.attributes import COST, evaluation_key
from search_spaces import ALGORITHM
from trials.protocol import Evaluation

OPTIONS = ("cheap", "middling", "dear")
START = datetime(2026, 1, 1)


def tried(algorithm: str, value: float | None, seconds: float = 10.0, state: str = "COMPLETE") -> FrozenTrial:
    made = optuna.trial.create_trial(
        state=TrialState[state],
        value=value if state == "COMPLETE" else None,
        intermediate_values={9: value} if state == "PRUNED" and value is not None else {},
        params={ALGORITHM: algorithm},
        distributions={ALGORITHM: CategoricalDistribution(OPTIONS)},
    )
    made.datetime_start = START
    made.datetime_complete = START + timedelta(seconds=seconds) if made.state.is_finished() else None
    return made


def chosen(*trials: FrozenTrial, maximize: bool = True, **settings: object) -> object:
    def loss(trial: FrozenTrial) -> float | None:
        told = losses_so_far if trial.state == TrialState.RUNNING else last_losses
        return next(iter(told(trial, (-1.0 if maximize else 1.0,)) or ()), None)

    return most_promising(trials, OPTIONS, loss=loss, **settings)


def test_without_any_score_each_has_its_turn_the_cheapest_first():
    assert chosen() == "cheap"
    assert chosen(tried("cheap", None, state="RUNNING")) == "middling"
    assert chosen(tried("cheap", None, state="FAIL"), tried("middling", None, state="RUNNING")) == "cheap"


def test_the_one_that_is_far_ahead_is_tried_again_although_it_is_dear():
    cheap = [tried("cheap", 0.75 + number / 1000, 2.0) for number in range(6)]
    assert chosen(*cheap, tried("middling", 0.74, 5.0), tried("dear", 0.84, 150.0)) == "middling", "a second chance"
    middling = [tried("middling", 0.74 + number / 1000, 5.0) for number in range(4)]
    assert chosen(*cheap, *middling, tried("dear", 0.84, 150.0)) == "dear"


def test_of_two_that_are_alike_the_cheaper_is_tried():
    trials = [tried("cheap", 0.80, 2.0), tried("middling", 0.80, 5.0), tried("dear", 0.805, 150.0)]
    assert chosen(*trials) == "cheap"


def test_one_that_has_shown_what_it_can_gives_way():
    """Many trials that are all alike leave no hope of a better one."""
    cheap = [tried("cheap", 0.80 + (number % 3) / 10_000, 2.0) for number in range(40)]
    assert chosen(*cheap, tried("middling", 0.70, 20.0), tried("dear", 0.799, 20.0)) == "dear"


@pytest.mark.parametrize("maximize", [True, False])
def test_smaller_is_better_where_that_is_asked(maximize):
    sign = 1 if maximize else -1
    trials = [tried("cheap", sign * 0.1), tried("middling", sign * 0.1), tried("dear", sign * 0.9)]
    assert chosen(*trials, maximize=maximize) == "dear"


def test_what_was_never_tried_is_tried_once_the_others_bring_nothing():
    flat = [tried(name, 0.8, 5.0) for name in ("cheap", "middling") for _ in range(30)]
    assert chosen(*flat) == "dear"


def test_nothing_is_begun_that_cannot_be_ended():
    cheap = [tried("cheap", 0.70, 2.0)] * 5
    trials = [*cheap, *[tried("middling", 0.6, 50.0)] * 5, tried("dear", 0.9, 100.0)]
    assert chosen(*trials, seconds_left=200.0) == "dear"
    assert chosen(*trials, seconds_left=60.0) in {"cheap", "middling"}
    assert chosen(*trials, seconds_left=1.0) == "cheap"


def test_until_one_has_run_it_is_taken_for_what_it_is_expected_to_take():
    trials = [*[tried("cheap", 0.70, 2.0)] * 5, tried("middling", 0.9, 50.0)]
    assert chosen(seconds_left=60.0, expected_seconds={"cheap": 90.0, "middling": 50.0}) == "middling"
    much = {"seconds_left": 100.0, "expected_seconds": {"dear": 500.0, "middling": 500.0}}
    assert chosen(*[tried("cheap", 0.8, 5.0)] * 30, **much) == "cheap", "what cannot be ended is not begun"
    assert chosen(*trials, **much) == "middling", "what has run is known better"


def test_what_the_next_trial_finds_done_is_not_counted():
    """A probe's first trial computes features for all the others."""
    first = tried("middling", 0.80, 200.0)
    first.user_attrs[COST] = {"seconds": 200.0, "shared_seconds": 198.0}
    others = [tried("cheap", 0.79, 10.0), tried("dear", 0.79, 150.0)]
    assert chosen(first, *others) == "middling"
    assert chosen(tried("middling", 0.80, 200.0), *others) == "cheap"


def test_a_trial_that_was_stopped_tells_what_it_had_and_one_that_failed_tells_nothing():
    stopped = [
        tried("dear", 0.2, state="PRUNED"),
        tried("middling", None, state="PRUNED"),
        tried("middling", None, state="FAIL"),
    ]
    assert chosen(tried("cheap", 0.9), tried("cheap", 0.5), *stopped) == "cheap"


def test_one_that_always_fails_is_given_up():
    """As where a checkpoint has no classifier: its trials cost next to nothing, and bring nothing."""
    failed = [tried("dear", None, 2.0, state="FAIL")] * 3
    others = [*[tried("cheap", 0.8, 5.0)] * 30, *[tried("middling", 0.8, 5.0)] * 30]
    assert chosen(*others) == "dear"
    assert chosen(*others, *failed) in {"cheap", "middling"}
    assert chosen(*failed, *[tried(name, None, state="FAIL") for name in OPTIONS for _ in range(5)]) == "cheap"


def test_of_what_was_never_tried_one_trial_runs_at_a_time():
    others = [*[tried("cheap", 0.8, 5.0), tried("cheap", 0.7, 5.0)] * 5, *[tried("middling", 0.79, 5.0)] * 9]
    runs, counts = list(others), []
    for _ in range(6):
        counts.append(chosen(*runs))
        runs.append(tried(counts[-1], None, state="RUNNING"))
    assert counts.count("dear") < 6


def test_trials_of_another_program_do_no_harm():
    assert chosen(optuna.trial.create_trial(value=1.0)) == "cheap"


def running(algorithm: str, value: float, seconds: float, step: int = 27, number: int = 100) -> FrozenTrial:
    """A trial that has come to `step` of 81 in so many seconds."""
    made = tried(algorithm, None, state="RUNNING")
    made.number, made.intermediate_values = number, {step: value}
    seen = Evaluation(step, 100, {"accuracy": value}, 0.5, 0.001, seconds, is_best=True)
    made.user_attrs[evaluation_key(step)] = {**vars(seen)}
    return made


MANY_CHEAP = [tried("cheap", 0.78 + (number % 5) / 100, 2.0) for number in range(20)]
FEW_MIDDLING = [tried("middling", 0.775, 50.0)] * 9


def test_a_dear_one_is_begun_while_there_is_time_for_it():
    """It is ahead, and a trial of it takes 300 s; each of the cheap ones promises more a second until then."""
    others = [*MANY_CHEAP, *FEW_MIDDLING, tried("dear", 0.82, 300.0)]
    assert chosen(*others) == "cheap"
    assert chosen(*others, seconds_left=900.0) == "cheap"
    assert chosen(*others, seconds_left=331.0) == "dear"
    assert chosen(*others, seconds_left=299.0) == "cheap", "it would not come to its end"
    no_better = [*MANY_CHEAP, *FEW_MIDDLING, tried("dear", 0.815, 300.0)]
    assert chosen(*no_better, seconds_left=331.0) == "cheap", "there is time for 150 of them, and one will be better"


def test_a_dear_one_that_is_behind_is_not_begun_at_the_last_moment():
    dear = [tried("dear", 0.7 + number / 1000, 300.0) for number in range(5)]
    assert chosen(*MANY_CHEAP, *FEW_MIDDLING, *dear, seconds_left=331.0) == "cheap"


def test_a_trial_that_runs_tells_what_it_has_come_to_and_its_pace():
    others, slow = [*MANY_CHEAP, *FEW_MIDDLING], {"seconds_left": 330.0, "expected_seconds": {"dear": 500.0}}
    assert chosen(*others, **slow) == "cheap"
    assert chosen(*others, running("dear", 0.82, 100.0), **slow) == "dear"
    assert chosen(*others, running("dear", 0.82, 110.5), **slow) == "cheap", "at its pace it takes too long"
    assert chosen(*others, running("dear", 0.7, 100.0), running("dear", 0.7, 100.0, number=101), **slow) == "cheap"


def test_the_first_look_at_a_trial_is_not_what_it_is_worth():
    """However good it was on a sample, and however quickly it came."""
    others = [*MANY_CHEAP, *FEW_MIDDLING]
    assert chosen(*others, running("dear", 0.99, 3.0, step=1)) == "cheap"
    assert chosen(*others, running("dear", 0.99, 27.0, step=9)) == "dear"


@pytest.mark.parametrize(("ahead", "spread"), [(-1.0, 1.0), (0.0, 0.2), (0.5, 0.1), (-3.0, 0.5)])
@pytest.mark.parametrize("times", [1.0001, 2, 7, 100])
def test_the_best_of_several_is_as_many_draws_say(ahead, spread, times):
    draws = np.random.default_rng(0).normal(ahead, spread, (20_000, round(times))).max(axis=1)
    assert expected_improvement(ahead, spread, times) == pytest.approx(draws.clip(0).mean(), abs=0.02 * spread)


def test_the_best_of_one_is_the_same_by_formula_and_by_integral():
    assert expected_improvement(-0.3, 0.2, 1 + 1e-9) == pytest.approx(expected_improvement(-0.3, 0.2), rel=1e-3)
