"""What wrong labels cost, from a table of the user."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.core import DataProblem, UsageError, unknown_name
from trials.data.readers import ReadOptions, Table, read_file
from trials.errors import DataError


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
    if not path.is_file():
        raise UsageError(f"the costs must be a file that exists, not {str(path)!r}")
    try:
        table = read_file(path, ReadOptions(header=True))  # labels may be numbers
    except DataError as error:
        raise DataProblem(str(error)) from error
    first, *chosen = table.columns
    true = [(cell or "").strip() for cell in table.columns[first]]
    _must_be(chosen, label_names, f"the columns of {path}, after the first one,")
    _must_be(true, label_names, f"the first column of {path}")
    return np.array(
        [[_number(table, label, true.index(row), row, path) for label in label_names] for row in label_names]
    )


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
