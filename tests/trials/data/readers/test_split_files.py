"""A folder with one file a split."""

import pytest

from trials.data.readers.split_files import has_split_files, read_split_files
from trials.errors import DataError


def test_files_named_for_splits_are_given_splits_and_other_files_are_left_alone(tmp_path):
    (tmp_path / "train.txt").write_text("good\tfine\n")
    (tmp_path / "VAL.TXT").write_text("bad\tawful\n")
    (tmp_path / "notes.txt").write_text("no label here\n")
    (tmp_path / "test.docx").write_bytes(b"\x00")
    (tmp_path / "test").mkdir()

    assert has_split_files(tmp_path)
    tables = read_split_files(tmp_path)

    assert {name: table.columns["label"] for name, table in tables.items()} == {
        "train": ["good"],
        "validation": ["bad"],
    }


def test_splits_may_be_of_different_formats(tmp_path):
    (tmp_path / "train.csv").write_text("text,label\nfine,good\n")
    (tmp_path / "test.jsonl").write_text('{"text": "awful", "label": "bad"}\n')

    tables = read_split_files(tmp_path)

    assert {name: table.columns["text"] for name, table in tables.items()} == {"train": ["fine"], "test": ["awful"]}


@pytest.mark.parametrize("other", ["train.csv", "training.txt"])
def test_two_files_for_one_split_are_refused(tmp_path, other):
    (tmp_path / "train.txt").write_text("good\tfine\n")
    (tmp_path / other).write_text("text,label\nfine,good\n")

    with pytest.raises(DataError, match=r"one train file") as error:
        read_split_files(tmp_path)
    assert other in str(error.value)
    assert "train.txt" in str(error.value)


def test_without_a_training_file_it_is_no_layout(tmp_path):
    (tmp_path / "test.csv").write_text("text,label\nfine,good\n")
    assert not has_split_files(tmp_path)
