"""What an evaluation says of itself."""

from dataclasses import replace

import pytest

from trials.protocol import Evaluation

ONE = Evaluation(27, 100, {"mcc": 0.4, "accuracy": 0.7}, 0.5, 1e-3, 9.0, is_best=True)


def test_its_place_is_a_share_of_the_budget_or_a_fold() -> None:
    assert (ONE.fraction, ONE.place) == (pytest.approx(1 / 3), "33% of the budget")
    assert replace(ONE, fold=1).place == "fold 2"


@pytest.mark.parametrize(("metrics", "expected"), [({"mcc": 0.001}, True), ({"qwk": -0.4}, False), ({}, False)])
def test_a_constant_predictor_is_told_by_its_correlation(metrics: dict[str, float], expected: bool) -> None:
    assert replace(ONE, metrics=metrics).is_constant is expected


def test_the_first_one_is_of_a_sample_of_the_validation_rows() -> None:
    assert replace(ONE, step=1).is_look
    assert not ONE.is_look


def test_thresholds_may_come_from_json_and_usage_is_no_difference() -> None:
    assert replace(ONE, thresholds=[0.3, 0.6]).thresholds == (0.3, 0.6)
    assert replace(ONE, usage={"cpu": 1.0}) == ONE
