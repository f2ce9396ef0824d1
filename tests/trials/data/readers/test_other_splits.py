from pathlib import Path

import pytest

from trials.data.readers.other_splits import split_folders_of, with_unread
from trials.data.readers.table import Table
from trials.errors import DataError


@pytest.fixture
def tables():
    return {"train": Table(Path("train.csv"), {"text": ["fine"], "label": ["good"]})}


def test_what_is_read_or_named_for_no_split_is_no_matter(tmp_path, tables):
    used = [tmp_path / "train" / "part-0.csv"]
    entries = [("train", tmp_path / "train"), ("notes", tmp_path / "notes.csv")]

    assert with_unread(tmp_path, tables, entries, used) is tables


def test_what_is_named_for_a_split_that_is_not_read_is_refused_else_told(tmp_path, tables):
    used = [tmp_path / "train.csv"]
    told = with_unread(tmp_path, tables, [("train", tmp_path / "train")], used)

    assert "were not read: train." in told["train"].found[0].warnings()[0]
    with pytest.raises(DataError, match=r"dev would not be read beside train\.csv"):
        with_unread(tmp_path, tables, [("dev", tmp_path / "dev")], used)


def test_folders_of_splits_hold_tables_or_folders_of_texts(tmp_path):
    for name in ("train/a.csv", "dev/pos/1.txt", "test/notes.txt", "eval/score.py", "other/a.csv"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()

    assert [name for name, _ in split_folders_of(tmp_path)] == ["dev", "train"]
