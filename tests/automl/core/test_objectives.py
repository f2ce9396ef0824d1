"""What a search is to reach, and how far a model is from it."""

import math

import pytest

from automl.core.objectives import Constraint, parse_constraint
from tests.automl.goals import goals_for


@pytest.mark.parametrize("written", ["latency_ms<=20", " latency_ms <= 20.0 ", "parameters<=12345678", "ece<=1e-9"])
def test_a_constraint_is_written_and_read_back(written):
    constraint = parse_constraint(written)
    assert parse_constraint(str(constraint)) == constraint
    assert constraint.at_most


@pytest.mark.parametrize("written", ["latency_ms<20", "latency_ms", "<=20", "latency_ms<=fast", "latency_ms<=nan", ""])
def test_what_is_no_constraint_is_told(written):
    with pytest.raises(ValueError, match="must be written like"):
        parse_constraint(written)


def test_a_bound_is_kept_when_it_is_just_met():
    at_most, at_least = Constraint("latency_ms", True, 20.0), Constraint("macro_f1", False, 0.9)
    assert at_most.excess(20.0) == at_least.excess(0.9) == 0
    assert at_most.excess(19.0) < 0 < at_most.excess(21.0) < at_most.excess(400.0) < at_most.excess(math.inf) == 1.0
    assert at_least.excess(0.95) < 0 < at_least.excess(0.85) < at_least.excess(-math.inf) == 1.0


def test_costs_are_minimized_and_measured_only_where_they_are_named():
    goals = goals_for("macro_f1", "bytes", constraints=["latency_ms<=20"])
    assert goals.losses({"macro_f1": 0.8, "bytes": 5.0}) == (-0.8, 5.0)
    assert goals.measured == ("latency_ms", "bytes")
    assert goals_for("macro_f1", "log_loss").measured == ()


def test_what_was_not_measured_is_neither_good_nor_kept():
    goals = goals_for("macro_f1", "bytes", constraints=["latency_ms<=20"])
    assert goals.losses({"macro_f1": 0.8}) == (-0.8, math.inf)
    assert goals.broken({"macro_f1": 0.8}) == goals.constraints
