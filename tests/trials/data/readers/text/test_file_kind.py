from pathlib import Path

import pytest

from trials.data.readers.text.file_kind import check_is_text
from trials.errors import DataError


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04...", r"give it its suffix \(\.zip, \.xlsx, \.ods\)"),
        (b"PAR1...", "Parquet"),
        (b"\x1f\x8b\x08...", r"add the suffix \.gz"),
        (b"SQLite format 3\x00...", "CSV file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "web page"),
        (b"<html>", "web page"),
    ],
)
def test_a_file_of_another_kind_is_told_with_the_remedy(data, said):
    with pytest.raises(DataError, match=rf"d\.csv .*{said}"):
        check_is_text(data, Path("d.csv"))


def test_text_is_text():
    check_is_text(b"text,label\n<b>bold</b>,good\n", Path("d.csv"))
