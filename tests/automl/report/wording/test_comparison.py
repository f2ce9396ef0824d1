from dataclasses import replace

import numpy as np

from automl.core.objectives import Goals, Objective
from automl.report.result_json import winner_facts
from automl.report.wording.comparison import optimism_sentence, sentences, verdict
from automl.selection import Choice, Comparison, Evidence
from tests.automl.report.records import make_ensemble, make_scores, make_winner
from trials.tasks import REGRESSION, LabelCounts

CLOSE = Evidence(0.004, 0.005, 0.0, 0.1, 0.5)


def test_a_gain_and_a_baseline_that_wins_are_both_said() -> None:
    said = verdict(make_winner(test=0.9, default=0.85, baseline=0.92))
    assert "on the 105 test rows" in said
    assert "the search gained 0.050 over the default" in said
    assert "the linear baseline is better by 0.020" in said


def test_a_default_that_wins_is_said() -> None:
    said = verdict(make_winner(test=0.9, default=0.91, baseline=0.88))
    assert "the default is better than trial 3 by 0.010" in said
    assert "the model beats the linear baseline by 0.020" in said


def test_equal_scores() -> None:
    said = verdict(make_winner(test=0.9, default=0.9, baseline=0.9002))
    assert "no difference between trial 3 and the default is shown" in said
    assert "no difference between the model and the linear baseline is shown" in said


def test_trial_0_as_the_winner_and_a_default_without_a_model() -> None:
    assert "nothing better than the default" in verdict(make_winner(number=0))
    assert "no default to compare with" in verdict(make_winner(default=None))


def test_less_is_better_where_the_metric_is_minimized() -> None:
    said = verdict(make_winner(test=0.3, default=0.4, goals=Goals((Objective("macro_f1", maximize=False),))))
    assert "gained 0.100 over the default" in said


def test_a_difference_within_the_noise_is_no_gain() -> None:
    within = Comparison(gain=0.004, low=-0.01, high=0.018, only_first=7, only_second=1)
    beyond = Comparison(gain=0.031, low=0.012, high=0.05, only_first=40, only_second=9)
    said = verdict(replace(make_winner(), against_default=within, against_baseline=beyond))
    assert "trial 3 is right on 7 rows where the default (trial 0) is wrong, and wrong on 1 row where that is" in said
    assert "no difference between trial 3 and the default is shown (+0.004, 95% interval -0.010 to +0.018)" in said
    assert "the model beats the linear baseline by 0.031 (95% interval +0.012 to +0.050)" in said
    worse = Comparison(gain=-0.02, low=-0.03, high=-0.01, only_first=1, only_second=9)
    said = verdict(replace(make_winner(), against_default=worse))
    assert "the default is better than trial 3 by 0.020 (95% interval -0.030 to -0.010)" in said


def test_models_of_a_sample_are_told() -> None:
    winner = make_winner()
    assert not any("sample" in said for said in sentences(winner))
    best = replace(winner.trial.evaluations[-1], sample_rows=400, is_best=True)
    single = replace(winner, trial=replace(winner.trial, evaluations=(best,)))
    expected = "Trial {} was fitted to a sample of {} training rows, as the features of others were not computed."
    assert expected.format(winner.trial.number, 400) in sentences(single)
    together = replace(make_ensemble(), sample_rows={7: 90})
    assert expected.format(7, 90) in sentences(replace(winner, ensemble=together))


def test_the_test_rows_of_the_trial_that_is_passed_over_are_compared_with_the_default() -> None:
    choice = Choice(best=3, default=0, chosen=0, margin=1.0, evidence=CLOSE)
    found = Comparison(gain=-0.003, low=-0.01, high=0.004, only_first=5, only_second=6)
    kept = replace(make_winner(number=0), choice=choice, passed_over=make_scores(0.91, 0.9), against_default=found)
    assert "trial 3 is right on 5 rows where the default (trial 0) is wrong, and wrong on 6 rows" in verdict(kept)


def test_the_test_rows_of_the_trial_that_is_handed_over_in_the_place_of_the_best_are_compared_with_the_default() -> (
    None
):
    choice = Choice(best=5, default=0, chosen=3, margin=1.0, evidence=CLOSE, of_chosen=CLOSE)
    found = Comparison(gain=0.02, low=0.01, high=0.03, only_first=9, only_second=2)
    third = replace(make_winner(), choice=choice, passed_over=make_scores(0.91, 0.8), against_default=found)
    assert "trial 3 is right on 9 rows where the default (trial 0) is wrong, and wrong on 2 rows" in verdict(third)
    unknown = replace(third, against_default=None)
    assert "the search gained 0.050 over the default" in verdict(unknown), "by the scores of trial 3"


def test_further_looks_at_the_test_rows_are_told() -> None:
    assert "looked" not in verdict(make_winner())
    assert "has looked at its test rows 3 times" in verdict(replace(make_winner(), looks=3))


def test_the_optimism_of_the_score_that_chose_is_told_where_it_is_known() -> None:
    assert optimism_sentence(make_winner()) == ""
    assert "too good by about 0.008" in optimism_sentence(replace(make_winner(), optimism=0.0081))
    assert "No optimism" in optimism_sentence(replace(make_winner(), optimism=0.0))


def test_thresholds_that_were_tuned_to_the_validation_rows_are_told() -> None:
    counts = LabelCounts(90, np.array([40, 30]), np.array([50, 30]), np.array([36, 21]))
    winner = replace(make_winner(), confusion=counts)
    assert "Thresholds were tuned to the validation rows" in optimism_sentence(winner)
    said = optimism_sentence(replace(winner, optimism=0.0241))
    assert "thresholds tuned to its rows, so it is too good by about 0.024" in said


def test_a_difference_of_small_numbers_with_a_unit_is_told() -> None:
    true = np.arange(40.0) / 1e5
    goals = Goals((Objective("mae", maximize=False),))
    winner = make_winner(goals=goals, test=2e-4, default=4e-4, baseline=4e-4)
    scores = [
        replace(each, validation={"mae": score}, test={"mae": score})
        for each, score in ((winner.scores, 2e-4), (winner.baseline, 4e-4))
    ]
    counts = REGRESSION.counts((true + 2e-4)[:, None], true)
    winner = replace(winner, confusion=counts, scores=scores[0], default=scores[1], baseline=scores[1])
    assert "the search gained 0.0002 over the default; the model beats the linear baseline by 0.0002" in verdict(winner)


def test_a_mean_of_several_trials_is_compared_with_the_default_before_the_best_trial_is():
    found = Comparison(0.03, 0.01, 0.05, 9, 3, 0.01)
    winner = replace(make_winner(), ensemble=make_ensemble(), mean_against_default=found)
    said = verdict(winner)
    alone_right = "the mean of the trials 3 and 1 is right on 9 rows where the default (trial 0) is wrong"
    assert alone_right in said and "wrong on 3 rows where that is right" in said
    assert "the mean is better than the default by 0.030 (95% interval +0.010 to +0.050); " in said
    assert said.index("the mean is better") < said.index("over the default")
    assert winner_facts(winner)["comparisons"]["mean_and_default"]["only_first"] == 9
    unclear = replace(winner, mean_against_default=replace(found, low=-0.01))
    assert "no difference between the mean and the default is shown" in verdict(unclear)
    assert "mean" not in verdict(make_winner())
    default_is_best = replace(make_winner(number=0), ensemble=make_ensemble(), mean_against_default=found)
    assert "the mean is better than the default" in verdict(default_is_best)
    assert "; no single trial better than the default was found" in verdict(default_is_best)
