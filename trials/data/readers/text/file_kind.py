"""Files that are not the text that their name promises, told by their first bytes."""

from pathlib import Path

from trials.errors import DataError

_KINDS: dict[bytes, str] = {
    b"PAR1": "is a Parquet file: give it the suffix .parquet",
    b"ARROW1": "is an Arrow file: give it the suffix .arrow",
    b"PK\x03\x04": "is a ZIP archive or a workbook: give it its suffix (.zip, .xlsx, .ods)",
    b"\xd0\xcf\x11\xe0": "is a workbook of an older Excel: give it the suffix .xls",
    b"\x1f\x8b": "is compressed: add the suffix .gz",
    b"BZh": "is compressed: add the suffix .bz2",
    b"\xfd7zXZ\x00": "is compressed: add the suffix .xz",
    b"\x28\xb5\x2f\xfd": "is compressed: add the suffix .zst",
    b"Rar!": "is a RAR archive: unpack it",
    b"7z\xbc\xaf": "is a 7z archive: unpack it",
    b"SQLite format 3\x00": "is an SQLite database: write the table to a CSV file, or give automl.search a data frame",
    b"%PDF": "is a PDF document: export its text",
    b"version https://git-lfs.github.com/spec/": "only points to the data: fetch them with `git lfs pull`",
}
_PAGES = (b"<!doctype html", b"<html")


def check_is_text(data: bytes, path: Path) -> None:
    """Check that the first bytes of a file are not those of a format that is no text.

    Raises:
        DataError: they are; the message says which format it is, and what to do.
    """
    for start, kind in _KINDS.items():
        if data.startswith(start):
            raise DataError(f"{path} must be a text file, but it {kind}.")
    if data[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_PAGES):
        raise DataError(
            f"{path} must hold labelled text, but it is a web page: "
            "download the file itself, not the page that shows it."
        )
