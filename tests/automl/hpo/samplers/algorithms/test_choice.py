"""Which algorithm comes next."""

import random
from collections import Counter
from copy import copy
from datetime import datetime, timedelta

import optuna
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState

from automl.hpo.objective_history import losses_so_far
from automl.hpo.samplers.algorithms.choice import most_promising
from automl.hpo.samplers.algorithms.history import AlgorithmHistory
from automl.hpo.samplers.algorithms.results import results_of
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
    signs = (-1.0 if maximize else 1.0,)
    history = AlgorithmHistory(OPTIONS, signs)
    for number, trial in enumerate(trials):
        numbered = copy(trial)
        numbered.number = number
        history.note(numbered)

    def so_far(trial: FrozenTrial) -> float | None:
        return next(iter(losses_so_far(trial, signs) or ()), None)

    results = {each: results_of(history.ended(each), history.running(each, besides=-1), so_far) for each in OPTIONS}
    return most_promising(results, **settings)


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


def test_one_that_would_wait_for_a_device_gives_way_while_another_is_worth_it():
    dear, middling = [tried("dear", 0.9, 2.0)] * 3, [tried("middling", 0.70, 2.0)] * 40
    trials = [*[tried("cheap", 0.70 + number / 100, 2.0) for number in range(4)], *middling, *dear]
    flat = [*[tried("cheap", 0.70, 2.0)] * 40, *middling, *dear]
    much = {"seconds_left": 500.0, "noise": 0.01}
    assert chosen(*trials, **much) == "dear"
    assert chosen(*trials, taken=["dear"], **much) == "cheap"
    assert chosen(*flat, taken=["dear"], **much) == "dear", "the others promise less than the noise"
    assert chosen(*trials, taken=OPTIONS, **much) == "dear", "all would have to wait"
    assert chosen(taken=["cheap"]) == "middling", "nothing is known yet"


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


def filled(slots: int, *trials: FrozenTrial, **settings: object) -> Counter[object]:
    """The algorithms of trials that begin at the same moment, until all slots are taken."""
    runs, counts = list(trials), Counter[object]()
    for _ in range(slots):
        algorithm = chosen(*runs, **settings)
        counts[algorithm] += 1
        runs.append(tried(str(algorithm), None, state="RUNNING"))
    return counts


def test_many_free_slots_are_spread_over_the_algorithms():
    """Also where one is far ahead of the others, and where one is untried."""
    ahead = [tried("cheap", 0.76, 5.0), tried("middling", 0.75, 10.0), tried("dear", 0.82, 40.0)]
    assert min(filled(64, *ahead)[name] for name in OPTIONS) >= 3
    flat = [tried(name, 0.8 - number / 1000, 5.0) for name in ("cheap", "middling") for number in range(3)]
    untried = filled(64, *flat)
    assert min(untried[name] for name in OPTIONS) >= 5 and max(untried.values()) < 50


def test_a_further_bad_trial_never_makes_an_algorithm_more_attractive():
    """Whatever the number of trials: as long as the algorithm was not chosen without it, it is not with it."""
    generator = random.Random(0)
    for _ in range(300):
        own = [tried("cheap", generator.gauss(0.76, 0.01), 5.0) for _ in range(generator.randint(1, 12))]
        rival = [tried("middling", generator.gauss(0.77, 0.01), 5.0) for _ in range(generator.randint(1, 12))]
        third = [tried("dear", 0.74, 5.0)] * 3
        if chosen(*own, *rival, *third) != "cheap":
            for bad in (min(trial.value for trial in own) - 0.0001, 0.70, 0.1):
                assert chosen(*own, *rival, *third, *[tried("cheap", bad, 5.0)] * generator.randint(1, 3)) != "cheap"


def test_pruned_trials_cost_what_they_have_cost():
    """Of ten finetunings eight are pruned after a ninth of their time, so a trial costs 28 s, not 100 s."""
    ended = [tried("dear", 0.80 + number / 1000, 100.0) for number in range(2)]
    pruned = [tried("dear", 0.70, 11.0, state="PRUNED") for _ in range(8)]
    rival = [tried("middling", 0.80 + number / 1000, 60.0) for number in range(2)]
    rival += [tried("middling", 0.70, 60.0) for _ in range(8)]
    assert chosen(*ended, *pruned, *rival, *[tried("cheap", 0.6)] * 9) == "dear"
    assert chosen(*ended, *pruned, *rival, *[tried("cheap", 0.6)] * 9, seconds_left=70.0) == "middling", (
        "100 s if it is good"
    )


def test_what_promises_less_than_the_noise_is_not_begun_while_another_promises_more():
    saturated = [tried("cheap", 0.8000 + number / 100_000, 1.0) for number in range(30)]
    trials = [*saturated, *[tried("middling", 0.785, 300.0)] * 9, tried("dear", 0.79, 300.0)]
    assert chosen(*trials, seconds_left=1200.0) == "cheap"
    assert chosen(*trials, seconds_left=1200.0, noise=0.005) == "dear"


def test_noise_never_leaves_a_slot_without_a_trial():
    """If none promises more than the noise, the one that promises most in the time that is left is begun."""
    saturated = [tried("cheap", 0.8000 + number / 100_000, 1.0) for number in range(30)]
    trials = [
        *saturated,
        *[tried("middling", 0.6, 300.0)] * 9,
        *[tried("dear", 0.79 + n / 1000, 300.0) for n in range(3)],
    ]
    assert chosen(*trials, seconds_left=1200.0, noise=0.5) in OPTIONS
    assert (
        chosen(*saturated, *[tried(name, 0.3, 1.0) for name in ("middling", "dear") for _ in range(50)], noise=0.1)
        == "cheap"
    )


def test_of_what_was_never_tried_the_one_that_suits_the_data_comes_first():
    flat = [tried("cheap", 0.8, 5.0) for _ in range(30)]
    assert chosen(*flat, standings={"middling": -1.0, "dear": 0.5}) == "dear"
    assert chosen(*flat, standings={"middling": 0.5, "dear": -1.0}) == "middling"


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
    others = [*MANY_CHEAP, *FEW_MIDDLING, tried("dear", 0.84, 300.0)]
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
    assert chosen(*others, running("dear", 0.84, 100.0), **slow) == "dear"
    assert chosen(*others, running("dear", 0.84, 110.5), **slow) == "cheap", "at its pace it takes too long"
    assert chosen(*others, running("dear", 0.7, 100.0), running("dear", 0.7, 100.0, number=101), **slow) == "cheap"


def test_the_first_look_at_a_trial_is_not_what_it_is_worth():
    """However good it was on a sample, and however quickly it came."""
    others = [*MANY_CHEAP, *FEW_MIDDLING]
    assert chosen(*others, running("dear", 0.99, 3.0, step=1)) == "cheap"
    assert chosen(*others, running("dear", 0.99, 27.0, step=9)) == "dear"
