"""Which layout a folder has."""

import pytest

from tests.trials.data.readers.test_class_folders import write_class
from tests.trials.data.readers.test_saved_dataset import save_to_disk
from trials.data.readers.folders import FOLDER_READERS, read_folder
from trials.errors import DataError


def test_a_folder_of_something_else_is_refused_with_what_it_holds(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"\xff\xd8")

    with pytest.raises(DataError, match=r"holiday\.jpg.*\n.*save") as error:
        read_folder(tmp_path)
    assert all(reader.layout in str(error.value) for reader in FOLDER_READERS.values())


def test_of_many_files_the_first_are_told(tmp_path):
    for number in range(20):
        (tmp_path / f"{number:02}.jpg").write_bytes(b"\xff\xd8")

    with pytest.raises(DataError, match=r"07\.jpg, \.\.\.") as error:
        read_folder(tmp_path)
    assert "08.jpg" not in str(error.value)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="nothing"):
        read_folder(tmp_path)


def test_a_saved_data_set_comes_before_the_files_in_it(tmp_path):
    save_to_disk(tmp_path / "reviews", (["a"], [1]))
    (tmp_path / "reviews" / "train.csv").write_text("text,label\nb,negative\n")

    assert read_folder(tmp_path / "reviews")["train"].columns["text"] == ["a"]


def test_files_of_splits_come_before_folders_of_classes(tmp_path):
    write_class(tmp_path / "notes", "not data")
    (tmp_path / "train.csv").write_text("text,label\nb,negative\n")

    assert read_folder(tmp_path)["train"].columns["text"] == ["b"]


def test_a_folder_that_cannot_be_listed_is_told(tmp_path):
    with pytest.raises(DataError, match=r"nowhere.*cannot be read"):
        read_folder(tmp_path / "nowhere")
