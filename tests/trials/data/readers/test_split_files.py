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


@pytest.mark.parametrize("name", ["test/all.csv", "holdout/pos/1.txt"])
def test_a_folder_that_is_named_for_a_split_without_a_file_is_refused(tmp_path, name):
    (tmp_path / "train.csv").write_text("text,label\nfine,good\n")
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("text,label\nfine,good\n")

    with pytest.raises(DataError, match=rf"{name[:4]}\w* would not be read beside train\.csv"):
        read_split_files(tmp_path)


def test_a_folder_that_is_named_for_a_split_with_a_file_is_told(tmp_path):
    (tmp_path / "train.csv").write_text("text,label\nfine,good\n")
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "raw.csv").write_text("text,label\nfine,good\n")

    (said,) = read_split_files(tmp_path)["train"].found[0].warnings()
    assert "named for a split that is read from elsewhere, and were not read: train." in said


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


def test_a_word_in_a_name_is_enough_and_the_exact_name_is_better(tmp_path):
    for name in ("reviews_train.csv", "eval.csv", "testing.csv", "test_labels.csv", "sample.csv"):
        (tmp_path / name).write_text(f"text,label\n{name},good\n")

    tables = read_split_files(tmp_path)

    assert {name: table.columns["text"] for name, table in tables.items()} == {
        "train": ["reviews_train.csv"],
        "validation": ["eval.csv"],
        "test": ["testing.csv"],
    }
    (said,) = tables["train"].found[0].warnings()
    assert (
        "2 files beside it are named for no split of their own and were not read: sample.csv, test_labels.csv" in said
    )


def test_numbered_parts_are_one_split_as_on_the_hub(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for name in ("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001-0123abcd"):
        (data / f"{name}.csv").write_text(f"text,label\n{name},good\n")
    (tmp_path / "README.md").write_text("a card")

    assert has_split_files(tmp_path)
    tables = read_split_files(tmp_path)

    assert tables["train"].columns["text"] == ["train-00000-of-00002", "train-00001-of-00002"]
    assert tables["test"].columns["text"] == ["test-00000-of-00001-0123abcd"]


def test_parts_must_be_complete_and_alike(tmp_path):
    (tmp_path / "train-00000-of-00002.csv").write_text("text,label\na,good\n")
    (tmp_path / "train-00001-of-00003.csv").write_text("text,label\na,good\n")
    with pytest.raises(DataError, match="one train file"):
        read_split_files(tmp_path)

    (tmp_path / "train-00001-of-00003.csv").unlink()
    (tmp_path / "train-00001-of-00002.csv").write_text("body,label\na,good\n")
    with pytest.raises(DataError, match=r"All parts must have the same columns.*text, label.*body, label"):
        read_split_files(tmp_path)

    (tmp_path / "train-00001-of-00002.csv").rename(tmp_path / "notes.csv")
    (tmp_path / "train-00000-of-00002.csv").rename(tmp_path / "train-00000-of-00003.csv")
    (tmp_path / "notes.csv").rename(tmp_path / "train-00001-of-00003.csv")
    with pytest.raises(DataError, match="all 3 parts of the train split, but it has 2"):
        read_split_files(tmp_path)


def test_a_lone_part_of_several_is_refused(tmp_path):
    (tmp_path / "train-00000-of-00002.csv").write_text("text,label\na,b\n")
    with pytest.raises(DataError, match=r"must hold all 2 parts of the train split, but it has 1"):
        read_split_files(tmp_path)
