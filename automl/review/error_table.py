"""Writes the rows to look at as a table that a person fills in."""

from collections.abc import Sequence
from pathlib import Path

from automl.core import UsageError
from automl.export import open_writer
from automl.review.data_errors import SuspectRow
from automl.review.earlier_corrections import Correction, correction_key
from trials.data.quality import RowOrigin
from trials.data.readers import ReadOptions, read_file
from trials.errors import DataError

COLUMNS = (
    *("rank", "kind", "file", "row", "split", "label", "suggested_label", "probability_of_label"),
    *("probability_of_suggested", "copies", "text", "correction"),
)
DISTANCE = "distance"
"""Column behind the suggestion, where labels have an order."""

EARLIER = "corrected"
"""Kind of a row that holds a correction of an earlier round."""

_DIGITS = 4


def write_errors(
    rows: Sequence[SuspectRow], target: Path, *, earlier: Sequence[Correction] = (), spreadsheet: bool = False
) -> None:
    """Write one row for each suspect, in their order, with a column `correction`, which is empty for the person.

    Earlier corrections are kept: in the row of their text, or in rows of their own at the end.

    Args:
        rows: the rows to look at.
        target: CSV, TSV or JSON Lines file.
        earlier: corrections that the data of the study have already.
        spreadsheet: make the file safe to open in a spreadsheet.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    columns = list(COLUMNS)
    if any(row.distance is not None for row in rows):
        columns.insert(columns.index("suggested_label") + 1, DISTANCE)
    with open_writer(target, columns, spreadsheet=spreadsheet) as writer:
        given = {correction_key(each.text): each for each in earlier}
        for rank, row in enumerate(rows, start=1):
            known = given.pop(correction_key(row.text), None)
            cells = dict(zip(COLUMNS, [*_cells(rank, row), None if known is None else known.given], strict=True))
            writer.write({name: _rounded(row.distance) if name == DISTANCE else cells[name] for name in columns})
        for known in given.values():
            filled = {"kind": EARLIER, "text": known.text, "correction": known.given}
            writer.write(dict.fromkeys(columns) | filled)


def require_uncorrected(target: Path) -> None:
    """Check that no corrections would be overwritten.

    Args:
        target: the file that is about to be written; it may not exist.

    Raises:
        UsageError: it has corrections that a person wrote, or cannot be read.
    """
    if not target.is_file():
        return
    try:
        if _has_no_rows(target):
            return
        columns = read_file(target, ReadOptions(header=True)).columns
    except (DataError, OSError) as error:
        raise UsageError(
            f"{str(target)!r} may have corrections, which would be lost, but it cannot be read: {error} "
            "Name another file (--output), or delete this one"
        ) from error
    written = [cell for cell in columns.get("correction", ()) if (cell or "").strip()]
    if written:
        raise UsageError(
            f"{str(target)!r} has corrections of {len(written)} rows, which would be lost; name another file (--output)"
        )


def _has_no_rows(target: Path) -> bool:
    """Return whether a table is empty but for the header of CSV or TSV."""
    lines = target.read_bytes().strip().splitlines()
    return not lines or (len(lines) == 1 and target.suffix.lower() in {".csv", ".tsv"})


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
    ]


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, _DIGITS)


def _listed(origins: Sequence[RowOrigin]) -> str | None:
    return "; ".join(f"{origin.file} {origin.row} ({origin.label})" for origin in origins) or None
