"""Workbooks of Excel (.xlsx, .xlsm, .xlsb, .xls) and OpenDocument (.ods), by python-calamine."""

import io
from pathlib import Path

from trials.data.readers.delimited import checked_header
from trials.data.readers.file_facts import FileFacts, Loss
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table, cell
from trials.data.readers.text import read_bytes
from trials.errors import DataError


def read_workbook(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the columns of a sheet; its first row has their names. Rows without content are skipped.

    Args:
        path: the file.
        options: the sheet, and whether it has a header.

    Raises:
        DataError: python-calamine is not installed, the file is no workbook, or which sheet is meant is not clear.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise DataError(
            f"{path} is a workbook, and to read it python-calamine must be installed: "
            "pip install python-calamine. Or export the sheet as CSV (UTF-8)."
        ) from error
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(read_bytes(path)))
        named = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
        sheets = {name: sheet.to_python(skip_empty_area=True) for name, sheet in named.items()}
    except (CalamineError, OSError, ValueError) as error:
        raise DataError(f"{path} must be a workbook, but it cannot be read as one: {error}") from error
    name = _chosen(path, {name: bool(rows) for name, rows in sheets.items()}, options.sheet)
    rows = [[cell(value) or "" for value in row] for row in sheets[name]]
    header, start = checked_header(path, rows, options.header)
    kept, empty = [], []
    for number, row in enumerate(rows[start:], start=start + 1):
        if options.keep_empty or any(map(str.strip, row)):
            kept.append(row)
        else:
            empty.append(number)
    losses = (Loss("rows without content were skipped", len(empty), tuple(empty)),) if empty else ()
    columns = dict(zip(header, map(list, zip(*kept, strict=True)), strict=True)) if kept else dict.fromkeys(header, ())
    return Table(path, columns, (FileFacts(path, f"sheet {name!r}", len(kept), header=start == 1, losses=losses),))


def _chosen(path: Path, filled: dict[str, bool], sheet: str | None) -> str:
    if sheet is not None:
        if sheet not in filled:
            raise DataError(f"{path} has no sheet {sheet!r}. It has: {', '.join(filled)}.")
        return sheet
    names = [name for name, has_rows in filled.items() if has_rows]
    if len(names) != 1:
        listed = ", ".join(names) or "none"
        raise DataError(f"{path} must have one sheet with content, but it has: {listed}. Name one: --sheet NAME.")
    return names[0]
