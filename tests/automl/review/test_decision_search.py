import pytest

from automl.core import UsageError
from automl.review.decision_search import find_decision
from automl.review.reopened_study import reopen
from tests.automl.review.test_held_out_logits import copied
from tests.automl.reviewed import hand_over, stars, study_of


@pytest.fixture
def study(reviewed, tmp_path):
    workspace = copied(reviewed, tmp_path)
    hand_over(workspace)
    return reopen("reviews", workspace, print)


def test_costs_are_lower_than_those_of_the_most_probable_label_on_rows_of_both_kinds(study, tmp_path):
    (tmp_path / "costs.csv").write_text(",bad,good\nbad,0,20\ngood,1,0\n")

    found = find_decision(study, None, tmp_path / "costs.csv")

    assert (found.measure, found.decision.goal) == ("cost", "the smallest expected cost")
    assert found.held_out.after < found.held_out.before
    assert found.held_out.changed > 0
    assert (found.held_out.rows, found.test.rows) == (45, 45)
    assert found.test.low <= found.test.after - found.test.before <= found.test.high
    assert found.decision.effects["test"]["after"] == found.test.after


def test_without_a_rule_there_are_scores_for_sets_and_their_coverage_on_the_test_rows(study):
    found = find_decision(study, None, None)

    assert (found.held_out, found.decision.goal, len(found.decision.scores)) == (None, "", 45)
    assert 0.7 <= found.covered <= 1.0
    assert 1.0 <= found.set_size <= 2.0


def test_offsets_serve_a_metric(study):
    found = find_decision(study, "macro_f1", None)

    assert found.measure == "macro_f1"
    assert len(found.decision.offsets) == 2
    assert found.held_out.after >= found.held_out.before


def test_what_cannot_be_asked_for_is_refused(study, tmp_path):
    with pytest.raises(UsageError, match="not both"):
        find_decision(study, "mcc", tmp_path / "costs.csv")
    with pytest.raises(UsageError, match="no metric 'log_loss'"):
        find_decision(study, "log_loss", None)


def test_ranks_have_offsets_for_the_metrics_of_their_order_and_costs(tmp_path):
    names = ("low", "fair", "high")
    study = study_of(tmp_path, "ordinal", stars(), **{"data.order": list(names)})

    found = find_decision(study, "qwk", None)
    assert (found.measure, found.decision.goal, len(found.decision.offsets)) == ("qwk", "the best qwk", 3)
    assert found.held_out.after >= found.held_out.before
    found = find_decision(study, "mae", None)
    assert found.held_out.after <= found.held_out.before
    assert found.held_out.low <= found.held_out.after - found.held_out.before <= found.held_out.high
    (tmp_path / "costs.csv").write_text(",low,fair,high\nlow,0,1,9\nfair,1,0,1\nhigh,20,9,0\n")
    found = find_decision(study, None, tmp_path / "costs.csv")
    assert found.held_out.after < found.held_out.before
    with pytest.raises(UsageError, match="no metric 'mcc'"):
        find_decision(study, "mcc", None)
