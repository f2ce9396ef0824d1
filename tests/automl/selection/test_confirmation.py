from dataclasses import replace
from datetime import datetime

from automl.core.objectives import Goals, Objective
from automl.core.records import Confirmation, StudyRecord, TrialRecord
from automl.selection.confirmation import confirmation_of, finalists
from tests.automl.goals import goals_for
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd

VALUES = {0: 0.70, 1: 0.80, 2: 0.75, 3: 0.79}
"""Scores in the search; the best three are the trials 1, 3 and 2."""


def proposed(number: int, *values: float) -> TrialRecord:
    return replace(make_trial(number, values, params={"depth": number}), ended=datetime(2026, 1, 2))


def confirming(number: int, of: int, round_: int, value: float, **changes: object) -> TrialRecord:
    trial = replace(proposed(number, 0.1, value), confirms=Confirmation(of, round_))
    return replace(trial, **changes)


def study(*confirmations: TrialRecord) -> StudyRecord:
    return make_study(*(proposed(number, 0.1, value) for number, value in VALUES.items()), *confirmations)


def both_rounds(**values: tuple[float, float]) -> list[TrialRecord]:
    """The confirmations of trials `t1`, ..., each with the scores of two rounds."""
    wanted = [(int(name[1:]), index + 1, value) for name, pair in values.items() for index, value in enumerate(pair)]
    return [confirming(4 + place, *each) for place, each in enumerate(wanted)]


def everywhere(number: int) -> bool:
    return True


def test_the_best_three_points_are_confirmed_and_equal_ones_once():
    again = replace(proposed(4, 0.1, 0.8), params={"depth": 1})
    assert [trial.number for trial in finalists(study(again), everywhere)] == [1, 3, 2]
    only_looked_at = proposed(4, 0.99)
    failed = replace(proposed(5, 0.1, 0.99), end=TrialEnd.DIVERGED)
    assert [trial.number for trial in finalists(study(only_looked_at, failed), everywhere)] == [1, 3, 2]


def test_the_mean_of_all_scores_decides():
    found = confirmation_of(study(*both_rounds(t1=(0.70, 0.70), t3=(0.78, 0.80), t2=(0.74, 0.74))), everywhere)
    assert [each.trial for each in found.finalists] == [3, 2, 1]
    assert found.finalists[0].scores == (0.79, 0.78, 0.80)
    assert (found.leader, found.winner, found.rounds, found.has_changed) == (1, 3, 2, True)
    same = confirmation_of(study(*both_rounds(t1=(0.8, 0.8), t3=(0.79, 0.79), t2=(0.7, 0.7))), everywhere)
    assert same.winner == same.leader == 1 and not same.has_changed


def test_a_metric_to_be_minimized_has_the_smallest_mean():
    goals = Goals((Objective("macro_f1", maximize=False),))
    trials = both_rounds(t0=(0.9, 0.9), t2=(0.6, 0.6), t3=(0.8, 0.8))
    assert confirmation_of(replace(study(*trials), goals=goals), everywhere).winner == 2


def test_a_round_counts_once_all_of_the_best_have_run_it():
    trials = both_rounds(t1=(0.7, 0.7), t3=(0.8, 0.8), t2=(0.7, 0.7))
    waiting = replace(trials[-1], ended=None, end=None, state="WAITING")
    found = confirmation_of(study(*trials[:-1], waiting), everywhere)
    assert found.rounds == 1 and found.finalists[0].scores == (0.79, 0.8)
    assert confirmation_of(study(trials[0]), everywhere) is None, "one trial alone is compared with nothing"


def test_one_that_fails_when_trained_again_cannot_win():
    trials = both_rounds(t1=(0.9, 0.9), t3=(0.7, 0.7), t2=(0.7, 0.7))
    trials[1] = replace(trials[1], end=TrialEnd.DIVERGED)
    found = confirmation_of(study(*trials), everywhere)
    assert found.failed == (1,) and found.winner == 3 and found.has_changed


def test_no_trial_is_confirmed_while_an_unfinished_one_is_the_best():
    best = replace(proposed(4, 0.1, 0.9), end=TrialEnd.PREEMPTED)
    worse = replace(proposed(4, 0.1, 0.78), end=TrialEnd.PRUNED)
    assert finalists(study(best), everywhere) == []
    assert [trial.number for trial in finalists(study(worse), everywhere)] == [1, 3, 2]


def test_nothing_is_decided_without_confirmations_or_with_several_goals_or_where_a_better_trial_came_later():
    assert confirmation_of(study(), everywhere) is None
    trials = both_rounds(t1=(0.7, 0.7), t3=(0.8, 0.8), t2=(0.7, 0.7))
    limited = goals_for("macro_f1", constraints=["latency_ms<=20"])
    assert confirmation_of(replace(study(*trials), goals=limited), everywhere) is None
    later = confirmation_of(study(*trials, proposed(10, 0.1, 0.9)), everywhere)
    assert later.leader == 1, "who asks sees that trial 10, the best now, was not confirmed"
