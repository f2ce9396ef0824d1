"""Which trials of a long study a sampler is shown."""

import math
import random
from heapq import nlargest

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.core.pareto import Vector, places
from automl.hpo.objective_history import VECTORS
from automl.hpo.samplers.trial_ranking import BEST, OTHERS, TELLING, ParetoRanking, TrialRanking
from search_spaces import ALGORITHM


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
    assert TrialRanking(maximize=True, trials=trials).short() == trials


@pytest.mark.parametrize("maximize", [True, False])
def test_the_best_and_those_that_run_are_always_shown(maximize):
    trials = [ended(number, (number * 7919 % 3000) / 3000) for number in range(3000)]
    trials[1234] = running(1234)
    shown = TrialRanking(maximize=maximize, trials=trials).short()
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
    shown = {trial.number for trial in TrialRanking(maximize=True, trials=stopped).short()}
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
    standings, trials, ends = TrialRanking(maximize=maximize), [], []
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
    standings = TrialRanking(maximize=True, trials=trials)
    assert trials[399] in standings.short()
    standings.note(running(399))
    assert [trial.state for trial in standings.short()][-1] == TrialState.RUNNING
    assert standings.first_living == 399
    standings.note(ended(399, math.nan, TrialState.PRUNED, step=9))
    assert standings.first_living == 400


SIGNS = (-1.0, 1.0)


def trial(number: int, losses: tuple[float, float], step: int | None = None, broken: float = 0.0) -> FrozenTrial:
    """A completed trial, or one that was stopped at `step`."""
    noted = {VECTORS: {str(step): [broken, *losses]}} if step is not None else {}
    made = create_trial(
        state=TrialState.COMPLETE if step is None else TrialState.PRUNED,
        values=[sign * loss for sign, loss in zip(SIGNS, losses, strict=True)] if step is None else None,
        params={"x": 0.5},
        distributions={"x": FloatDistribution(0, 1)},
        system_attrs={**noted, "constraints:bytes<=1": broken},
    )
    made.number = number
    return made


def test_the_front_of_a_long_study_is_always_shown():
    dice = random.Random(0)
    losses = [(dice.random(), dice.random()) for _ in range(1000)]
    shown = ParetoRanking(SIGNS, [trial(number, both) for number, both in enumerate(losses)]).short()
    assert len(shown) == BEST + OTHERS
    assert [each.number for each in shown] == sorted(each.number for each in shown)
    placed = places([Vector(0.0, both) for both in losses])
    front = {number for number, (_, rank, _) in enumerate(placed) if rank == 0}
    assert 2 < len(front) < BEST
    assert front <= {each.number for each in shown}


def test_what_keeps_the_constraints_goes_first_and_then_what_came_far():
    good = [trial(number, (0.5, 0.5), step=9) for number in range(300)]
    far = [trial(300 + number, (0.9, 0.9), step=27) for number in range(40)]
    broken = [trial(340 + number, (0.0, 0.0), broken=0.5) for number in range(300)]
    shown = [each.number for each in ParetoRanking(SIGNS, [*good, *far, *broken]).short()]
    assert {each.number for each in far} <= set(shown)


def test_stopped_trials_are_shown_in_the_order_of_their_worth_and_the_others_in_theirs():
    trials = [
        trial(0, (0.5, 0.5)),
        trial(1, (0.9, 0.9), step=9),
        trial(2, (0.1, 0.1), step=9, broken=0.3),
        trial(3, (0.1, 0.1)),
        trial(4, (0.2, 0.2), step=9),
        trial(5, (0.8, 0.8), step=27),
    ]
    standings = ParetoRanking(SIGNS, trials)
    assert [each.number for each in standings.short()] == [0, 5, 4, 3, 1, 2]
    assert [each.number for each in standings.short(since=0)] == list(range(6)), "who reads on must find the order"


def of_algorithm(number, algorithm, value, state=TrialState.COMPLETE):
    trial = create_trial(
        state=state,
        value=value if state.is_finished() else None,
        params={} if algorithm is None else {ALGORITHM: algorithm},
        distributions={} if algorithm is None else {ALGORITHM: CategoricalDistribution(("good", "weak"))},
        intermediate_values={81: value},
    )
    trial.number = number
    return trial


def test_of_one_algorithm_its_own_best_are_shown_however_good_the_others_are():
    trials = [
        of_algorithm(number, "weak" if number % 3 else "good", (0.4 if number % 3 else 0.8) + number % 89 / 1000)
        for number in range(1500)
    ]
    trials += [of_algorithm(1500, "good", 0.5, TrialState.RUNNING), of_algorithm(1501, "weak", 0.5, TrialState.RUNNING)]
    own = [trial for trial in trials if trial.params[ALGORITHM] == "weak"]
    best = nlargest(BEST, own[:-1], key=lambda trial: trial.values[0])
    shown = TrialRanking(maximize=True, trials=trials, algorithm="weak").short()
    assert len(shown) == BEST + OTHERS + 1
    assert {trial.number for trial in [*best, own[-1]]} <= {trial.number for trial in shown}
    assert {trial.number for trial in shown} <= {trial.number for trial in own}


def test_of_several_objectives_too_an_algorithm_has_a_ranking_of_its_own():
    trials = [trial(number, (number % 89, number % 31)) for number in range(600)]
    for each in trials:
        each.params[ALGORITHM] = "weak" if each.number % 2 else "good"
    shown = ParetoRanking(SIGNS, trials, algorithm="weak").short()
    assert len(shown) == BEST + OTHERS and all(each.params[ALGORITHM] == "weak" for each in shown)


def test_a_trial_is_ranked_once_it_has_the_algorithm():
    ranking, begun = TrialRanking(maximize=True, algorithm="weak"), of_algorithm(0, None, 0.5, TrialState.RUNNING)
    ranking.note(begun)
    assert ranking.short() == []
    begun.params[ALGORITHM] = "weak"
    assert ranking.short() == [begun] and ranking.first_living == 0
    ranking.note(of_algorithm(0, "weak", 0.5))
    assert ranking.first_living == 1
