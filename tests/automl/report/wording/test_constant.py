from dataclasses import replace

from automl.core.objectives import Goals, Objective
from automl.report.wording.comparison import verdict
from automl.report.wording.constant import constant_sentence
from automl.selection import Comparison
from tests.automl.report.records import make_winner
from trials.tasks import RankConfusion, Residuals

NUMBERS = Residuals(105, 0.0, (0.0,) * 5, ())
NOTHING, UNSURE = Comparison(-0.01, -0.05, 0.02, 9, 9), Comparison(0.04, -0.01, 0.09, 9, 5)
SURE = Comparison(0.4, 0.3, 0.5, 60, 9)


def winner(metric: str, found: Comparison | None, confusion: object = NUMBERS):
    goals = Goals((Objective(metric, maximize=metric not in {"mae", "rmse"}),))
    return replace(make_winner(), goals=goals, confusion=confusion, against_constant=found)


def test_a_model_of_numbers_that_is_no_better_than_their_mean_or_median_is_told_plainly() -> None:
    assert constant_sentence(winner("r2", NOTHING)).startswith(
        "The model that is handed over is no better than the mean of the training numbers for every text "
        "(r2 -0.010, 95% interval -0.050 to +0.020)"
    )
    assert "is not shown to be better than the median of the training numbers" in constant_sentence(
        winner("mae", UNSURE)
    )


def test_a_model_of_ranks_is_compared_with_the_most_frequent_class() -> None:
    ranks = RankConfusion(2, ((0, 0, 40), (1, 0, 65)))
    assert "no better than the most frequent class for every text (qwk" in constant_sentence(
        winner("qwk", NOTHING, ranks)
    )


def test_nothing_is_said_of_a_model_that_is_better_or_of_other_tasks() -> None:
    assert constant_sentence(winner("r2", SURE)) == constant_sentence(make_winner()) == ""


def test_the_verdict_has_it() -> None:
    told = replace(make_winner(), against_constant=NOTHING)
    assert constant_sentence(told) in verdict(told) and constant_sentence(told)
