"""What is drawn on MLflow's page when runs are compared; that MLflow draws it is seen in tests/browser."""

import json

from automl.tracking.mlflow.ui.compare_view import COMPARED, runs_view
from search_spaces import SPACES, Space
from tests.automl.goals import goals_for


def axes(space: str, **changes) -> tuple[list[str], list[str]]:
    params = Space(space, SPACES[space]).defaults() if space in SPACES else changes["params"]
    goals = goals_for("macro_f1", *changes.get("further", ()))
    parallel, _ = json.loads(runs_view(goals, params))["compareRunCharts"]
    return parallel["selectedParams"], parallel["selectedMetrics"]


def test_a_transformers_parameters_are_the_axes_and_its_score_the_last_one():
    params, scores = axes("encoder", further=["latency_ms"])
    assert {"architecture.depth", "architecture.heads", "optimizer.learning_rate", "optimizer.beta1"} <= set(params)
    assert len(params) <= len(COMPARED)
    assert scores == ["serving/latency_ms", "best/macro_f1"]


def test_where_the_algorithm_is_searched_every_run_has_it_and_little_else():
    assert axes("auto")[0] == ["algorithm"]


def test_a_space_that_has_none_of_them_shows_its_first():
    assert axes("linear")[0]
    assert axes("own", params=["a", "b"])[0] == ["a", "b"]


def test_every_chart_stands_in_a_section_that_is_there():
    view = json.loads(runs_view(goals_for("macro_f1"), ["a"]))
    sections = {section["uuid"] for section in view["compareRunSections"]}
    assert {chart["metricSectionId"] for chart in view["compareRunCharts"]} <= sections
