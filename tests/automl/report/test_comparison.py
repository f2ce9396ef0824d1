from automl.core.objectives import Goals, Objective
from automl.report.comparison import gain, verdict
from tests.automl.report.records import make_scores, make_winner


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
    assert "no better than the default" in said and "equally good" in said


def test_trial_0_as_the_winner_and_a_default_without_a_model() -> None:
    assert "nothing better than the default" in verdict(make_winner(number=0))
    assert "trial 0 gave no model" in verdict(make_winner(default=None))


def test_less_is_better_where_the_metric_is_minimized() -> None:
    assert gain(make_winner(test=0.3, goals=Goals((Objective("macro_f1", maximize=False),))), make_scores(0.5, 0.4)) > 0
