"""Which reader a file has."""

import pytest

from trials.data.readers.files import READERS, read_file
from trials.errors import DataError


@pytest.mark.parametrize("name", ["reviews.csv", "REVIEWS.CSV", "my.old.reviews.Csv"])
def test_the_suffix_decides_in_any_case_of_letters(tmp_path, name):
    (tmp_path / name).write_text("text,label\nfine,good\n")
    assert read_file(tmp_path / name).columns == {"text": ["fine"], "label": ["good"]}


@pytest.mark.parametrize("name", ["reviews.docx", "reviews", "reviews.gz", "reviews.doc.gz", ".csv"])
def test_another_suffix_is_refused_with_those_that_can_be_read(tmp_path, name):
    (tmp_path / name).write_text("text,label\nfine,good\n")
    with pytest.raises(DataError, match="suffix") as error:
        read_file(tmp_path / name)
    assert all(suffix in str(error.value) for suffix in READERS)


@pytest.mark.parametrize("suffix", READERS)
def test_a_missing_and_an_empty_file_are_told_whatever_the_format(tmp_path, suffix):
    path = tmp_path / f"reviews{suffix}"
    with pytest.raises(DataError, match=rf"reviews\{suffix} cannot be read"):
        read_file(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match="empty"):
        read_file(path)


@pytest.mark.parametrize("suffix", READERS)
def test_a_folder_with_the_suffix_of_a_file_is_told(tmp_path, suffix):
    (tmp_path / f"reviews{suffix}").mkdir()
    with pytest.raises(DataError, match=rf"reviews\{suffix} cannot be read"):
        read_file(tmp_path / f"reviews{suffix}")
