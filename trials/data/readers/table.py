"""The result of every reader: the columns of one file, each cell as text."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trials.data.readers.file_facts import FileFacts

_MISSING = frozenset({"NAType", "NaTType"})
"""Types of pandas' missing values, which is not imported for them."""

Cells = Sequence[str | None]


@dataclass(frozen=True)
class Table:
    """Named columns of equal length.

    Attributes:
        origin: the file or folder, or what a table in memory is called, for messages.
        columns: cells by column name; None is a missing cell.
        found: how the table was read, one for each of its files.
    """

    origin: Path | str
    columns: Mapping[str, Cells]
    found: tuple[FileFacts, ...] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def left_out(self) -> dict[str, str]:
        """Return the types of the columns whose cells cannot be text, by name."""
        return {name: kind for facts in self.found for name, kind in facts.left_out}


def cell(value: object) -> str | None:
    """Return `value` of a typed format as text; whole floats lose their `.0`, so that they match integer labels.

    NaN, and the missing values of pandas and NumPy, are missing cells.
    """
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case float() if math.isnan(value):  # NaN is how many tools write a missing cell
            return None
        case float() if value.is_integer():
            return str(int(value))
        case list() | dict() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return _other_cell(value)


def _other_cell(value: object) -> str | None:
    if isinstance(value, np.ndarray | set | frozenset):
        return cell(value.tolist() if isinstance(value, np.ndarray) else sorted(value, key=str))
    if isinstance(value, np.datetime64 | np.timedelta64):
        return None if np.isnat(value) else str(value)
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is not value and not isinstance(plain, np.generic):
        return cell(plain)
    return None if type(value).__name__ in _MISSING else str(value)
