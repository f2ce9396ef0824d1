"""What wrong labels cost, from a table of the user."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.core import DataProblem, UsageError, unknown_name
from trials.data.readers import ReadOptions, Table, read_file
from trials.errors import DataError

LABEL_COSTS = ("missed", "wrong")
"""Columns of the costs of labels, of which a text may have several."""


def read_costs(path: Path, label_names: Sequence[str]) -> NDArray[np.float64]:
    """Return the cost of each true class and chosen class, shape (classes, classes).

    The table has a row for each true label, with the label in its first column, and a column for each chosen label.

    Args:
        path: a CSV or TSV file, or another that a search can read.
        label_names: names of the classes; each must have a row and a column.

    Raises:
        UsageError: there is no such file.
        DataProblem: the file cannot be read, a label is missing or unknown, or a cell is no number.
    """
    table = _table(path)
    first, *chosen = table.columns
    true = [(cell or "").strip() for cell in table.columns[first]]
    _must_be(chosen, label_names, f"the columns of {path}, after the first one,")
    _must_be(true, label_names, f"the first column of {path}")
    return np.array(
        [[_number(table, label, true.index(row), row, path) for label in label_names] for row in label_names]
    )


def read_label_costs(path: Path, label_names: Sequence[str]) -> NDArray[np.float64]:
    """Return what it costs to miss each label, and to give it wrongly, shape (labels, 2).

    The table has a row for each label, with the label in its first column, and the columns `missed` and `wrong`.

    Args:
        path: a CSV or TSV file, or another that a search can read.
        label_names: names of the labels, of which a text may have several; each must have a row.

    Raises:
        UsageError: there is no such file.
        DataProblem: the file cannot be read, a label is missing or unknown, or a cell is no positive number.
    """
    table = _table(path)
    first, *columns = table.columns
    if sorted(columns) != sorted(LABEL_COSTS):
        raise DataProblem(
            f"where a text may have several labels, {path} must have the columns {' and '.join(map(repr, LABEL_COSTS))}"
            f" after that of the labels, not {', '.join(map(repr, columns)) or 'none'}"
        )
    rows = [(cell or "").strip() for cell in table.columns[first]]
    _must_be(rows, label_names, f"the first column of {path}")
    costs = np.array(
        [[_number(table, kind, rows.index(label), label, path) for kind in LABEL_COSTS] for label in label_names]
    )
    if (costs <= 0).any():
        label = label_names[int(np.flatnonzero((costs <= 0).any(axis=1))[0])]
        raise DataProblem(f"{path}: each cost must be more than 0, but one of {label!r} is not")
    return costs


def _table(path: Path) -> Table:
    if not path.is_file():
        raise UsageError(f"the costs must be a file that exists, not {str(path)!r}")
    try:
        return read_file(path, ReadOptions(header=True))  # labels may be numbers
    except DataError as error:
        raise DataProblem(str(error)) from error


def _must_be(given: Sequence[str], label_names: Sequence[str], where: str) -> None:
    for name in given:
        if name not in label_names:
            raise DataProblem(f"{where} must name each label once: {unknown_name('label', name, label_names)}")
    absent = [name for name in label_names if given.count(name) != 1]
    if absent:
        raise DataProblem(f"{where} must name each label once; look at: {', '.join(map(repr, absent))}")


def _number(table: Table, chosen: str, row: int, true: str, path: Path) -> float:
    cell = (table.columns[chosen][row] or "").strip()
    try:
        number = float(cell)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise DataProblem(f"{path}: the cost of {chosen!r} where {true!r} is true must be a number, not {cell!r}")
    return number
