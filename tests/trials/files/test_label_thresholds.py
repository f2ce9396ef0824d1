"""Thresholds in a file beside the model."""

from pathlib import Path

import pytest

from trials.errors import ClassifierError
from trials.files import THRESHOLDS, read_thresholds, write_thresholds


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_thresholds(tmp_path, (0.25, 0.5))
    assert read_thresholds(tmp_path, 2) == (0.25, 0.5)


def test_a_model_of_one_label_a_text_has_none(tmp_path: Path) -> None:
    write_thresholds(tmp_path, ())
    assert (list(tmp_path.iterdir()), read_thresholds(tmp_path, 2)) == ([], ())
    (tmp_path / "config.json").write_text('{"problem_type": "single_label_classification"}')
    assert read_thresholds(tmp_path, 2) == ()


def test_a_model_of_transformers_says_so_itself(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"problem_type": "multi_label_classification"}')
    assert read_thresholds(tmp_path, 3) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("content", ["", "{}", '{"thresholds": [0.5]}', '{"thresholds": [0.5, 1.5]}', "[1, 2]"])
def test_a_damaged_file_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / THRESHOLDS).write_text(content)
    with pytest.raises(ClassifierError, match=THRESHOLDS):
        read_thresholds(tmp_path, 2)
