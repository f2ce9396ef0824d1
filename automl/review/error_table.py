"""Writes the rows to look at as a table that a person fills in."""

from collections.abc import Sequence
from pathlib import Path

from automl.core import UsageError
from automl.export import open_writer
from automl.review.data_errors import SuspectRow
from trials.data.quality import RowOrigin
from trials.data.readers import read_file
from trials.errors import DataError

COLUMNS = (
    *("rank", "kind", "file", "row", "split", "label", "suggested_label", "probability_of_label"),
    *("probability_of_suggested", "copies", "text", "correction"),
)
_DIGITS = 4


def write_errors(rows: Sequence[SuspectRow], target: Path, *, spreadsheet: bool = False) -> None:
    """Write one row for each suspect, in their order, with an empty column `correction`.

    Args:
        rows: the rows to look at.
        target: CSV, TSV or JSON Lines file.
        spreadsheet: make the file safe to open in a spreadsheet.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    with open_writer(target, COLUMNS, spreadsheet=spreadsheet) as writer:
        for rank, row in enumerate(rows, start=1):
            writer.write(dict(zip(COLUMNS, _cells(rank, row), strict=True)))


def require_uncorrected(target: Path) -> None:
    """Check that no corrections would be overwritten.

    Args:
        target: the file that is about to be written; it may not exist.

    Raises:
        UsageError: it has corrections that a person wrote.
    """
    if not target.is_file():
        return
    try:
        written = [cell for cell in read_file(target).columns.get("correction", ()) if (cell or "").strip()]
    except DataError:
        return  # not such a table
    if written:
        raise UsageError(
            f"{str(target)!r} has corrections of {len(written)} rows, which would be lost; name another file (--output)"
        )


def _cells(rank: int, row: SuspectRow) -> list[object]:
    first = row.origins[0] if row.origins else None
    return [
        rank,
        " ".join(row.kinds),
        None if first is None else first.file,
        None if first is None else first.row,
        row.split or None,
        row.label,
        row.suggested,
        _rounded(row.given_probability),
        _rounded(row.suggested_probability),
        _listed([*row.origins[1:], *row.copies]),
        row.text,
        None,
    ]


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, _DIGITS)


def _listed(origins: Sequence[RowOrigin]) -> str | None:
    return "; ".join(f"{origin.file} {origin.row} ({origin.label})" for origin in origins) or None
