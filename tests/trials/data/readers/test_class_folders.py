"""A folder for each class."""

import pytest

from trials.data.readers.class_folders import has_class_folders, read_class_folders, read_classes
from trials.errors import DataError


def write_class(folder, *texts):
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text)


def test_a_folder_per_class_is_one_table(tmp_path):
    write_class(tmp_path / "sports", "a goal", "a match")
    write_class(tmp_path / "politics", "a vote")
    write_class(tmp_path / ".trash", "not data")
    (tmp_path / "README.md").write_text("not data")
    (tmp_path / "empty").mkdir()

    tables = read_class_folders(tmp_path)

    assert {name: dict(table.columns) for name, table in tables.items()} == {
        "train": {"text": ["a vote", "a goal", "a match"], "label": ["politics", "sports", "sports"]}
    }


def test_class_folders_below_split_folders_are_given_splits(tmp_path):
    for split in ("train", "dev", "test"):
        write_class(tmp_path / split / "good", f"{split} is good")
        write_class(tmp_path / split / "bad", f"{split} is bad")

    tables = read_class_folders(tmp_path)

    assert tables.keys() == {"train", "validation", "test"}
    assert tables["validation"].columns == {"text": ["dev is bad", "dev is good"], "label": ["bad", "good"]}


def test_two_folders_for_one_split_are_refused(tmp_path):
    """One of them would be left out without a word."""
    for split in ("train", "val", "dev"):
        write_class(tmp_path / split / "good", f"{split} is good")

    with pytest.raises(DataError, match=r"one validation split.*'dev' and 'val'"):
        read_class_folders(tmp_path)


def test_without_a_training_split_folders_that_look_like_splits_are_no_layout(tmp_path):
    write_class(tmp_path / "test" / "good", "fine")
    assert not has_class_folders(tmp_path)


def test_classes_may_have_the_names_of_splits(tmp_path):
    write_class(tmp_path / "test", "an exam")
    write_class(tmp_path / "train", "a locomotive")

    assert read_class_folders(tmp_path)["train"].columns["label"] == ["test", "train"]


def test_an_empty_file_is_an_empty_text_and_not_left_out(tmp_path):
    write_class(tmp_path / "good", "", "fine")

    assert read_classes(tmp_path).columns == {"text": ["", "fine"], "label": ["good", "good"]}


def test_a_binary_file_in_a_class_folder_is_named(tmp_path):
    write_class(tmp_path / "good", "fine")
    (tmp_path / "good" / "9.txt").write_bytes(b"\x00\x01\x02")

    with pytest.raises(DataError, match=r"9\.txt must be a text file"):
        read_class_folders(tmp_path)


def test_a_folder_without_text_files_is_no_layout(tmp_path):
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "a.csv").write_text("text,label\n")
    assert not has_class_folders(tmp_path)


def test_a_file_that_is_named_for_a_split_without_a_folder_is_refused(tmp_path):
    write_class(tmp_path / "train" / "good", "fine")
    (tmp_path / "test.csv").write_text("text,label\nfine,good\n")

    with pytest.raises(DataError, match=r"test\.csv would not be read beside train\."):
        read_class_folders(tmp_path)
