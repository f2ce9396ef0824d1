"""Streams CSV and TSV files whose format is unambiguous."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from automl.export.inputs.rows import Row, Rows
from trials.data.readers import DELIMITERS, is_utf8


def delimited_rows(source: Path) -> Rows | None:
    """Return the rows of a CSV or TSV file.

    It is None unless exactly one delimiter gives every row as many cells as the header. A single column is enough,
    unlike in training. Blank lines are skipped, as in training.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # texts may be longer than the module's 128 KiB
    if not is_utf8(source):
        return None
    candidates = ("\t",) if source.suffix.lower() == ".tsv" else DELIMITERS
    headers = {delimiter: _header(source, delimiter) for delimiter in candidates}
    several = [delimiter for delimiter, header in headers.items() if header is not None and len(header) > 1]
    if not several and None not in headers.values():
        several = [candidates[0]]  # no delimiter occurs outside quotes: a single column
    header = headers[several[0]] if len(several) == 1 else None
    if header is None:
        return None
    return Rows(tuple(header), lambda: _stream(source, several[0], header))


def _header(source: Path, delimiter: str) -> list[str] | None:
    """Return the names in the first row; None if a name is empty or repeated, or if another row does not fit them."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True, delimiter=delimiter)
        try:
            header = [name.strip() for name in next(rows, [])]
            if not all(header) or len(set(header)) != len(header):
                return None
            fits = bool(header) and all(_fits(row, len(header), delimiter) for row in rows)
        except csv.Error:
            return None
    return header if fits else None


def _fits(row: list[str], width: int, delimiter: str) -> bool:
    """Return whether a row fits the header.

    Quotes in tab-separated rows do not fit, because the training reader interprets them.
    """
    if delimiter == "\t" and any('"' in cell or "\n" in cell for cell in row):
        return False
    return not row or len(row) == width or not any(map(str.strip, row))


def _stream(source: Path, delimiter: str, header: list[str]) -> Iterator[Row]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True, delimiter=delimiter)
        next(rows)
        for row in rows:
            if any(map(str.strip, row)) or (len(header) == 1 and row):
                yield dict(zip(header, row, strict=True))
