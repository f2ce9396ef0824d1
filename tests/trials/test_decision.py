import numpy as np
import pytest

from trials.decision import DECISION_FILE, Decision, read_decision
from trials.errors import ClassifierError

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


@pytest.mark.parametrize("content", ["{}", '"a text"', "7", "null", "[]", '{"format": 1'])
def test_a_damaged_file_is_told(tmp_path, content):
    assert read_decision(tmp_path, LABELS) is None
    (tmp_path / DECISION_FILE).write_text(content)
    with pytest.raises(ClassifierError, match="decide again"):
        read_decision(tmp_path, LABELS)
