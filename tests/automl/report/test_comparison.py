from dataclasses import replace

from automl.core.objectives import Goals, Objective
from automl.report.comparison import verdict
from automl.selection import Comparison
from tests.automl.report.records import make_winner


def test_a_gain_and_a_baseline_that_wins_are_both_said() -> None:
    said = verdict(make_winner(test=0.9, default=0.85, baseline=0.92))
    assert "on the 105 test rows" in said
    assert "gained 0.050 over the default configuration" in said
    assert "the linear baseline is better here by 0.020" in said


def test_a_default_that_wins_is_said() -> None:
    said = verdict(make_winner(test=0.9, default=0.91, baseline=0.88))
    assert "the default configuration is better than the winner by 0.010" in said
    assert "the winner beats the linear baseline by 0.020" in said


def test_equal_scores() -> None:
    said = verdict(make_winner(test=0.9, default=0.9, baseline=0.9002))
    assert "no difference between the winner and the default configuration is shown" in said
    assert "no difference between the winner and the linear baseline is shown" in said


def test_trial_0_as_the_winner_and_a_default_without_a_model() -> None:
    assert "nothing better than the default" in verdict(make_winner(number=0))
    assert "trial 0 gave no model" in verdict(make_winner(default=None))


def test_less_is_better_where_the_metric_is_minimized() -> None:
    said = verdict(make_winner(test=0.3, default=0.4, goals=Goals((Objective("macro_f1", maximize=False),))))
    assert "gained 0.100 over the default configuration" in said


def test_a_difference_within_the_noise_is_no_gain() -> None:
    within = Comparison(gain=0.004, low=-0.01, high=0.018, only_first=7, only_second=5)
    beyond = Comparison(gain=0.031, low=0.012, high=0.05, only_first=40, only_second=9)
    said = verdict(replace(make_winner(), against_default=within, against_baseline=beyond))
    assert "no difference between the winner and the default configuration is shown: 0.004 for the winner" in said
    assert "95% interval -0.010 to 0.018; it alone is right on 7 rows, the other alone on 5" in said
    assert "the winner beats the linear baseline by 0.031 (95% interval 0.012 to 0.050 for the winner)" in said
    worse = Comparison(gain=-0.02, low=-0.03, high=-0.01, only_first=1, only_second=9)
    said = verdict(replace(make_winner(), against_default=worse))
    assert "the default configuration is better than the winner by 0.020 (95% interval -0.030 to -0.010" in said
