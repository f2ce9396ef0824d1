import pytest

from automl.core import DataProblem, UsageError
from automl.review.label_set_decision import find_set_decision
from automl.review.reopened_study import reopen
from tests.automl.reviewed import hand_over, review_study, topics


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    workspace = review_study(tmp_path_factory.mktemp("topics"), topics())
    hand_over(workspace)
    return reopen("reviews", workspace, print)


def test_a_label_that_is_dear_to_miss_is_given_more_readily_and_costs_less(study, tmp_path):
    costs = tmp_path / "costs.csv"
    costs.write_text("label,missed,wrong\ngood,20,1\nbad,1,1\n")

    found = find_set_decision(study, None, costs)

    bad, good = found.decision.thresholds
    assert good < 0.2 < bad
    assert (found.measure, found.decision.goal) == ("cost", "the smallest expected cost")
    assert found.held_out.after < found.held_out.before
    assert found.test.low <= found.test.after - found.test.before <= found.test.high
    assert found.decision.effects["test"]["after"] == found.test.after


@pytest.mark.parametrize("metric", ["micro_f1", "macro_f1", "subset_accuracy"])
def test_thresholds_serve_a_metric(study, metric):
    found = find_set_decision(study, metric, None)

    assert (found.measure, len(found.decision.thresholds)) == (metric, 2)
    assert found.held_out.after >= found.held_out.before
    assert found.covered is None


def test_without_a_goal_the_thresholds_of_the_model_hold_again(study):
    found = find_set_decision(study, None, None)

    assert (found.decision.thresholds, found.decision.goal, found.held_out) == (None, "", None)


def test_what_cannot_be_meant_is_refused(study, tmp_path):
    costs = tmp_path / "costs.csv"
    costs.write_text(",bad,good\nbad,0,1\ngood,1,0\n")
    with pytest.raises(DataProblem, match=r"columns 'missed' and 'wrong' after that of the labels, not 'bad', 'good'"):
        find_set_decision(study, None, costs)
    with pytest.raises(UsageError, match="not both"):
        find_set_decision(study, "micro_f1", costs)
    with pytest.raises(UsageError, match="no metric 'mcc'"):
        find_set_decision(study, "mcc", None)
