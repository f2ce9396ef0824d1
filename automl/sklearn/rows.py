"""What an estimator is given as `X`: texts, or a table with columns beside the text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trials.data.readers import cell

LABEL = "label"


@dataclass(frozen=True)
class GivenRows:
    """The rows of `X`.

    Attributes:
        name: name of the text column.
        texts: the texts; a missing one is empty.
        also: the cells of each column beside the text, by its name.
    """

    name: str
    texts: list[str]
    also: dict[str, list[Any]]

    def asked(self) -> list[Any]:
        """Return what a model is asked: texts, or rows if there are columns beside them."""
        if not self.also:
            return list(self.texts)
        columns = {self.name: self.texts, **self.also}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def searched(self, labels: Sequence[Any]) -> tuple[dict[str, list[Any]], dict[str, Any]]:
        """Return what a search is given: a table with labels, and the arguments that name its columns.

        Args:
            labels: the labels.
        """
        label = LABEL
        while label == self.name or label in self.also:
            label += "_"
        table = {self.name: self.texts, **self.also, label: list(labels)}
        if not self.also:
            return table, {}
        return table, {"text": self.name, "also": list(self.also), "label": label}


def rows_of(given: Any, text: str | None, also: str | Sequence[str] | None) -> GivenRows:
    """Return the rows of `X`.

    Args:
        given: a list of texts, a column of a table, or a table.
        text: the column of texts in a table; None: its only one beside those of `also`.
        also: the columns beside the text; None: none.

    Raises:
        ValueError: `given` is none of these, lacks a column, or holds something else than texts.
    """
    names = [also] if isinstance(also, str) else list(also or ())
    if not names:
        return GivenRows("text", texts_of(given, text), {})
    if not hasattr(given, "columns"):
        raise ValueError(
            f"X must be a table, as `also` names the columns {', '.join(map(repr, names))} beside the text, not "
            f"{type(given).__name__}"
        )
    columns = list(given.columns)
    if absent := [name for name in names if name not in columns]:
        raise ValueError(f"X must have the column {absent[0]!r}, which `also` names, but it has: {columns}")
    others = [name for name in columns if name not in names]
    if text is None and len(others) != 1:
        raise ValueError(f"`text` must name the column of texts in X, which has: {columns}")
    name = str(others[0] if text is None else text)
    return GivenRows(name, texts_of(given, name), {each: list(given[each]) for each in names})


def texts_of(texts: Any, column: str | None = None) -> list[str]:
    """Return the texts of a list, a column, or a table; a missing one is empty.

    Args:
        texts: a list, a column of a table, or a table.
        column: the column of texts in a table; None: its only one.

    Raises:
        ValueError: `texts` is none of these, or holds something else than texts.
    """
    if hasattr(texts, "columns"):
        names = list(texts.columns)
        if column is None and len(names) != 1:
            raise ValueError(f"X must be texts or a table of one column, or `text` must name one of: {names}")
        if column is not None and column not in names:
            raise ValueError(f"X must have the column {column!r}, but it has: {names}")
        texts = texts[names[0] if column is None else column]
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise ValueError(f"X must be a list of texts, not {type(texts).__name__}")
    rows = [row[0] if isinstance(row, list | np.ndarray) and len(row) == 1 else row for row in texts]
    if not rows:
        raise ValueError("X must hold texts, but it has 0 sample(s)")
    for number, row in enumerate(rows):
        if not isinstance(row, str) and cell(row) is not None:
            raise ValueError(f"X must hold texts, but row {number} is {type(row).__name__}: {str(row)[:60]}")
    return [str(row) if isinstance(row, str) else "" for row in rows]
