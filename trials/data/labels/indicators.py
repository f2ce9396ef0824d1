"""Sets of labels from columns of 0 and 1, one for each label."""

from collections.abc import Mapping
from pathlib import Path

from trials.data.labels.forms import written
from trials.data.readers import Cells
from trials.errors import DataError

_PRESENT = {"1": True, "1.0": True, "true": True, "yes": True}
_ABSENT = {"0": False, "0.0": False, "false": False, "no": False}
_VALUES = {**_PRESENT, **_ABSENT}


def from_indicators(columns: Mapping[str, Cells], origin: Path | str) -> list[str]:
    """Return the set of labels of each row: the names of the columns that hold 1.

    Args:
        columns: cells by label.
        origin: what the table is called in messages.

    Raises:
        DataError: a cell is neither 0 nor 1.
    """
    held: list[list[str]] = [[] for _ in next(iter(columns.values()))]
    for name, cells in columns.items():
        for number, cell in enumerate(cells):
            value = _VALUES.get((cell or "").strip().lower())
            if value is None:
                raise DataError(
                    f"Several --label columns must each hold 1 where a row has the label and 0 where it has not, but "
                    f"{name!r} of {origin} holds {cell!r:.80} in row {number + 1}. Correct the cell, or name one "
                    "column that holds the names of labels."
                )
            if value:
                held[number].append(name)
    return [written(names) for names in held]
