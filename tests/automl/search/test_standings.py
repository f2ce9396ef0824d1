"""Which trials of a long study a sampler is shown."""

import math
import random
from heapq import nlargest

import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial

from automl.search.standings import BEST, OTHERS, TELLING, Standings


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
    assert Standings(maximize=True, trials=trials).short() == trials


@pytest.mark.parametrize("maximize", [True, False])
def test_the_best_and_those_that_run_are_always_shown(maximize):
    trials = [ended(number, (number * 7919 % 3000) / 3000) for number in range(3000)]
    trials[1234] = running(1234)
    shown = Standings(maximize=maximize, trials=trials).short()
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
    shown = {trial.number for trial in Standings(maximize=True, trials=stopped).short()}
    assert 700 in shown and 701 not in shown


def counted(trials, maximize):
    """The same choice, by going through all trials."""
    telling = [trial for trial in trials if trial.state in TELLING]
    sign = 1 if maximize else -1
    complete = [trial for trial in telling if trial.state == TrialState.COMPLETE]
    best = nlargest(BEST, complete, key=lambda trial: sign * trial.value)
    stopped = [trial for trial in telling if trial.state == TrialState.PRUNED]
    best += nlargest(BEST - len(best), stopped, key=lambda trial: (trial.last_step, sign * reached(trial)))
    best = {trial.number for trial in best}
    others = [trial.number for trial in telling if trial.number not in best]
    step = max(1.0, len(others) / OTHERS)
    shown = best | {others[int(place * step)] for place in range(min(OTHERS, len(others)))}
    return [trial for trial in trials if trial.number in shown or not trial.state.is_finished()]


def reached(trial):
    return trial.intermediate_values[trial.last_step]


@pytest.mark.parametrize("complete", [0.0, 0.02, 0.9])
@pytest.mark.parametrize("maximize", [True, False])
def test_it_chooses_at_every_moment_as_if_it_went_through_all_trials(maximize, complete):
    dice = random.Random(complete)
    standings, trials, ends = Standings(maximize=maximize), [], []
    for number in range(700):
        trials.append(running(number))
        standings.note(trials[-1])
        ends.append(number)
        if dice.random() < 0.8:
            done = ends.pop(dice.randrange(len(ends)))
            kind = dice.choices(
                [TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL], [complete, 1 - complete, 0.1]
            )
            value = dice.choice([dice.random(), 0.5, math.inf, -math.inf])
            trials[done] = ended(done, value, kind[0], dice.choice([9, 27, 81]))
            standings.note(trials[done])
        if number % 7 == 0 and number > BEST + OTHERS:
            assert standings.short() == counted(trials, maximize)
            since = standings.first_living
            assert [trial.number for trial in standings.short(since)][since - number - 1 :] == [
                *range(since, number + 1)
            ]


def test_a_trial_that_turns_out_not_to_have_ended_loses_its_place():
    trials = [ended(number, number / 1000) for number in range(400)]
    standings = Standings(maximize=True, trials=trials)
    assert trials[399] in standings.short()
    standings.note(running(399))
    assert [trial.state for trial in standings.short()][-1] == TrialState.RUNNING
    assert standings.first_living == 399
    standings.note(ended(399, math.nan, TrialState.PRUNED, step=9))
    assert standings.first_living == 400
