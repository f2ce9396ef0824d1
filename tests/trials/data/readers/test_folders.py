import pytest

from trials.data.readers import read_folder
from trials.errors import DataError


def write_class(folder, *texts):
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text)


def test_a_folder_per_class_is_one_table(tmp_path):
    write_class(tmp_path / "sports", "a goal", "a match")
    write_class(tmp_path / "politics", "a vote")
    (tmp_path / "README.md").write_text("not data")
    (tmp_path / "empty").mkdir()

    tables = read_folder(tmp_path)

    assert {name: dict(table.columns) for name, table in tables.items()} == {
        "train": {"text": ["a vote", "a goal", "a match"], "label": ["politics", "sports", "sports"]}
    }


def test_class_folders_below_split_folders_are_given_splits(tmp_path):
    for split in ("train", "dev", "test"):
        write_class(tmp_path / split / "good", f"{split} is good")
        write_class(tmp_path / split / "bad", f"{split} is bad")

    tables = read_folder(tmp_path)

    assert tables.keys() == {"train", "validation", "test"}
    assert tables["validation"].columns == {"text": ["dev is bad", "dev is good"], "label": ["bad", "good"]}


def test_files_named_for_splits_are_given_splits_and_other_files_are_left_alone(tmp_path):
    (tmp_path / "train.txt").write_text("good\tfine\n")
    (tmp_path / "val.txt").write_text("bad\tawful\n")
    (tmp_path / "notes.txt").write_text("no label here\n")

    tables = read_folder(tmp_path)

    assert {name: table.columns["label"] for name, table in tables.items()} == {
        "train": ["good"],
        "validation": ["bad"],
    }


def test_two_files_for_one_split_are_refused(tmp_path):
    (tmp_path / "train.txt").write_text("good\tfine\n")
    (tmp_path / "train.csv").write_text("text,label\nfine,good\n")

    with pytest.raises(DataError, match=r"one train file, but it has train\.csv and train\.txt"):
        read_folder(tmp_path)


def test_a_folder_of_something_else_is_refused_with_what_it_holds(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"\xff\xd8")

    with pytest.raises(DataError, match=r"holiday\.jpg.*\n.*save") as error:
        read_folder(tmp_path)
    assert "a sub-folder of .txt files for each class" in str(error.value)


def test_a_binary_file_in_a_class_folder_is_named(tmp_path):
    write_class(tmp_path / "good", "fine")
    (tmp_path / "good" / "9.txt").write_bytes(b"\x00\x01\x02")

    with pytest.raises(DataError, match=r"9\.txt must be a text file"):
        read_folder(tmp_path)
