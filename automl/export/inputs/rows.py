"""The common result of all input readers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from trials.data.readers import FileFacts

Row: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class Rows:
    """The rows of an input.

    Attributes:
        columns: names of the columns; a row may lack some of them.
        stream: returns an iterator over the rows. For files, each call starts at the first row.
        found: how each file of the input is read; empty for standard input.
    """

    columns: tuple[str, ...]
    stream: Callable[[], Iterator[Row]]
    found: tuple[FileFacts, ...] = ()
