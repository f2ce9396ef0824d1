import numpy as np
import pytest

from automl.core import UsageError, WorkspaceError
from automl.decisions.decision import DECISION_FILE, Decision, read_decision, write_decision

LABELS = ("bad", "good")
LOGITS = np.log(np.array([[0.7, 0.3], [0.95, 0.05], [0.2, 0.8]]))


def test_without_a_rule_the_most_probable_label_is_chosen():
    assert Decision(LABELS).chosen(LOGITS).tolist() == [0, 0, 1]


def test_offsets_are_added_to_the_log_probabilities():
    assert Decision(LABELS, offsets=(0.0, 1.0)).chosen(LOGITS).tolist() == [1, 0, 1]


def test_costs_choose_what_is_cheapest_on_average():
    """A missed good costs five: it is chosen from a probability of 1/6 on."""
    assert Decision(LABELS, costs=((0.0, 1.0), (5.0, 0.0))).chosen(LOGITS).tolist() == [1, 0, 1]


def test_the_temperature_comes_before_the_costs():
    sharper = Decision(LABELS, temperature=0.5, costs=((0.0, 1.0), (5.0, 0.0)))

    assert sharper.chosen(LOGITS).tolist() == [0, 0, 1]


def test_a_decision_is_read_as_it_was_written(tmp_path):
    decision = Decision(LABELS, "the best mcc", 1.5, (0.0, 1.0), None, (0.1, 0.2), "rows", {"test": {"after": 0.5}})

    write_decision(decision, tmp_path)

    assert read_decision(tmp_path, LABELS) == decision
    assert [file.name for file in tmp_path.iterdir()] == [DECISION_FILE]
    write_decision(Decision(LABELS, costs=((0.0, 1.0), (5.0, 0.0))), tmp_path)
    assert read_decision(tmp_path, LABELS).costs == ((0.0, 1.0), (5.0, 0.0))


def test_a_folder_without_the_file_has_no_decision(tmp_path):
    assert read_decision(tmp_path, LABELS) is None


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 2}', '{"format": 1}'])
def test_a_file_that_is_damaged_or_of_another_version_is_told(tmp_path, content):
    (tmp_path / DECISION_FILE).write_text(content)

    with pytest.raises(UsageError, match="decide again"):
        read_decision(tmp_path, LABELS)


def test_the_decision_of_another_model_is_refused(tmp_path):
    write_decision(Decision(LABELS), tmp_path)

    with pytest.raises(UsageError, match="another model"):
        read_decision(tmp_path, ("bad", "fine"))


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    with pytest.raises(WorkspaceError, match="must be written"):
        write_decision(Decision(LABELS), tmp_path / "none")
