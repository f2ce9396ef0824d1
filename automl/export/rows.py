"""Rows to label, one at a time, so that a file may be larger than memory.

A file that is well formed is streamed. Any other goes to the reader that training uses, which holds it in memory but
knows how to read it, or says what is wrong: what a search could read, a prediction can read too.
"""

import codecs
import csv
import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from trials.data.readers import Table, read_file
from trials.data.readers.delimited import DELIMITERS

Row: TypeAlias = Mapping[str, object]

TEXT = "text"
"""The column of input that is nothing but lines of text."""

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Rows:
    """Rows with the names of their columns; a row may lack some of them."""

    columns: tuple[str, ...]
    rows: Iterable[Row]


def open_rows(source: Path, label_names: Collection[str]) -> Rows:
    """The rows of a file, by its suffix.

    Args:
        source: CSV, TSV, JSON Lines, Parquet, or plain text with one text a line.
        label_names: the model's labels; plain text in which each line begins with one and a tab is labelled text.

    Raises:
        DataError: the file cannot be read.
    """
    opened: Rows | None = None
    suffix = source.suffix.lower()
    if suffix == ".parquet":
        return _parquet_rows(source)
    if suffix in _STREAMED and _is_plain_utf8(source):
        opened = _STREAMED[suffix](source)
    if suffix == ".txt" and opened is not None and not _is_labelled(opened.rows, label_names):
        return opened
    return opened if opened is not None and suffix != ".txt" else table_rows(read_file(source))
