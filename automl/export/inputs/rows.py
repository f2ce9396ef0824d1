"""The common result of all input readers."""

import codecs
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Row: TypeAlias = Mapping[str, object]

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Rows:
    """The rows of an input.

    Attributes:
        columns: names of the columns; a row may lack some of them.
        stream: returns an iterator over the rows. For files, each call starts at the first row.
    """

    columns: tuple[str, ...]
    stream: Callable[[], Iterator[Row]]


def is_utf8(source: Path) -> bool:
    """Whether a file is UTF-8 without a zero byte, so that it can be streamed as text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open("rb") as file:
        try:
            while block := file.read(_BLOCK_BYTES):
                if b"\0" in block:
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
