"""The common result of all input readers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
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
        parts: columns of each file or split by its name, if the input has several.
    """

    columns: tuple[str, ...]
    stream: Callable[[], Iterator[Row]]
    found: tuple[FileFacts, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def joined(parts: Mapping[str, Rows]) -> Rows:
    """Return the rows of all parts, one part after the other.

    Args:
        parts: rows by the name of their file or split; they may have different columns.
    """
    columns = dict.fromkeys(name for part in parts.values() for name in part.columns)

    def stream() -> Iterator[Row]:
        for part in parts.values():
            yield from part.stream()

    found = tuple(facts for part in parts.values() for facts in part.found)
    return Rows(tuple(columns), stream, found, {name: part.columns for name, part in parts.items()})
