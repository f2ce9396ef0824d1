"""Names are checked in the raw document, which may be wrong in any other way too."""

import pytest

from automl.config.name_checks import name_problems


def test_an_experiment_that_names_nothing_has_no_problem():
    assert name_problems({}) == []
    assert name_problems({"search": {"metric": None}, "space": {"name": None, "overrides": None}}) == []


@pytest.mark.parametrize(
    ("field", "name", "near"),
    [("metric", "macrof1", "macro_f1"), ("sampler", "tpee", "tpe"), ("pruner", "ash", "asha")],
)
def test_a_name_that_is_not_there_is_told_with_the_near_miss(field, name, near):
    (problem,) = name_problems({"search": {field: name}})
    assert problem.startswith(f"There is no {field} {name!r}. Did you mean {near!r}?")


def test_a_cost_is_no_metric_and_is_told_where_it_belongs():
    (problem,) = name_problems({"search": {"metric": "latency_ms"}})
    assert "'latency_ms' is a cost: give it as a further --objective." in problem


@pytest.mark.parametrize(
    "document",
    [
        {"search": 5, "space": []},
        {"search": {"metric": 5, "sampler": ["tpe"], "priors": [1]}},
        {"space": {"name": 5}},
        {"space": {"name": "encoder", "overrides": 5}},
    ],
)
def test_what_the_schema_refuses_is_left_to_it(document):
    assert name_problems(document) == []


def test_an_override_and_a_prior_are_held_against_the_space_that_is_named():
    space = {"name": "encoder", "overrides": {"architecture.depth": [1, 2]}}
    assert name_problems({"space": space, "search": {"priors": {"architecture.depth": 1}}}) == []
    (problem,) = name_problems({"space": space, "search": {"priors": {"architecture.dept": 1}}})
    assert "architecture.depth" in problem
    (problem,) = name_problems({"space": {"name": "encoder", "overrides": {"architecture.dept": 1}}})
    assert "did you mean 'architecture.depth'?" in problem


def test_a_prior_in_a_space_with_a_wrong_override_is_judged_by_the_space_without_it():
    """So a user who mends the override does not learn of the prior only then."""
    wrong = {"name": "encoder", "overrides": {"architecture.depth": {"low": 5, "high": 2}}}
    problems = name_problems({"space": wrong, "search": {"priors": {"architecture.dept": 1}}})
    assert len(problems) == 2
    assert "its low end 5 is above its high end 2" in problems[0]
    assert "architecture.dept" in problems[1]
