import pytest

from automl.core import UsageError, WorkspaceError
from automl.decisions.decision import read_decision, write_decision
from trials.decision import DECISION_FILE, Decision

LABELS = ("bad", "good")


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
