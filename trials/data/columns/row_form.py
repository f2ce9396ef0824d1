"""The form of a row: how its cells become the one text that every model reads, and features beside it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from trials.data.columns.also_columns import AlsoColumn, column_of_facts, one_line
from trials.data.columns.joined_text import joined
from trials.data.columns.nested import field_of, has_column, lacks_field
from trials.data.readers import Cells, cell

BETWEEN = " | "
"""What stands between two columns of the line before a text."""


@dataclass(frozen=True)
class RowForm:
    """How the cells of a row become a text.

    Columns beside the text are a line of their own before it, `category: lamps | price: 12.5`; an empty cell is left
    out. The text alone tells them, so that whatever takes texts takes rows, and models that have features of these
    columns read them there.

    Attributes:
        text: names of the text columns.
        also: the columns beside the text.
        names: the names that the text columns have in the text; empty if these are their own.
    """

    text: tuple[str, ...] = ()
    also: tuple[AlsoColumn, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns that a row needs."""
        return (*self.text, *(column.name for column in self.also))

    @property
    def width(self) -> int:
        """Number of features that the columns beside the text have."""
        return sum(column.width for column in self.also)

    def example(self, text: str) -> dict[str, str | float]:
        """Return an example of a row, whose text columns hold `text`."""
        return {**dict.fromkeys(self.text, text), **{column.name: column.example for column in self.also}}

    def missing(self, columns: Iterable[str]) -> list[str]:
        """Return the names of the columns of a row that are not among `columns`."""
        given = list(columns)
        return [name for name in self.columns if not has_column(given, name)]

    def leading_nowhere(self, rows: Sequence[Mapping[str, object]]) -> list[str]:
        """Return those of `columns` that are paths and lead nowhere in all `rows`, though cells hold something."""
        return [name for name in self.columns if lacks_field(rows, name)]

    def text_of(self, row: Mapping[str, object]) -> str:
        """Return the text of a row.

        Args:
            row: values by column.

        Raises:
            DataError: a column of numbers holds something else, or a number that may mean two things.
        """
        own = [cell(field_of(row, name)) for name in self.text]
        return self._joined([*own, *(column.cell_of(field_of(row, column.name)) for column in self.also)])

    def texts(self, cells: Sequence[Cells]) -> list[str]:
        """Return the texts of all rows of a table.

        Args:
            cells: the cells of each of `columns`; None is a missing cell.

        Raises:
            DataError: a column of numbers holds something else.
        """
        return [self._joined(row) for row in zip(*cells, strict=True)]

    def _joined(self, cells: Sequence[str | None]) -> str:
        count = len(self.text)
        text = joined(self.names or self.text, cells[:count])
        if not self.also:
            return text
        written = [(column.name, column.written(each)) for column, each in zip(self.also, cells[count:], strict=True)]
        line = BETWEEN.join(f"{one_line(name)}: {value}" for name, value in written if value)
        return "\n".join(part for part in (line, text) if part)

    def parts(self, text: str) -> tuple[dict[str, str], str]:
        """Return the values of the columns beside the text, by name, and the text without them.

        Args:
            text: a text of this form; one without the line before it has no values.
        """
        line, _, rest = text.partition("\n")
        found = {}
        for part in line.split(BETWEEN):
            for column in self.also:
                head = f"{one_line(column.name)}:"
                value = part.removeprefix(head).strip()
                if part.startswith(head) and column.name not in found and column.may_be(value):
                    found[column.name] = value
                    break
        return (found, rest) if found else ({}, text)

    def name_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the names of columns begin and end in a text of this form, in their order."""
        found, body = self.parts(text)
        line = len(text) - len(body)
        start = rf"(?:^|{re.escape(BETWEEN)})"
        beside = [re.search(rf"{start}({re.escape(one_line(name))}:)", text[:line]) for name in found]
        shown = (self.names or self.text) if len(self.text) > 1 else ()
        own = [re.search(rf"^({re.escape(name)}: )", body, re.MULTILINE) for name in shown]
        spans = [match.span(1) for match in beside if match]
        spans += [(line + match.start(1), line + match.end(1)) for match in own if match]
        return sorted(spans)

    def bodies(self, texts: Sequence[str]) -> Sequence[str]:
        """Return `texts` without the line before them."""
        return [self.parts(text)[1] for text in texts] if self.also else texts

    def features(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the features that `texts` have of the columns beside the text, shape (n, width)."""
        values = [self.parts(text)[0] for text in texts]
        empty = np.zeros((len(texts), 0), dtype=np.float32)
        found = [column.features([value.get(column.name, "") for value in values]) for column in self.also]
        return np.concatenate([empty, *found], axis=1)

    def learnt(self, texts: Sequence[str]) -> Self:
        """Return the form with what the training `texts` tell of the columns beside the text: categories, ranges."""
        values = [self.parts(text)[0] for text in texts] if self.also else []
        also = (column.learnt([value.get(column.name, "") for value in values]) for column in self.also)
        return replace(self, also=tuple(also))

    def facts(self) -> list[dict[str, Any]]:
        """Return the columns beside the text as plain JSON."""
        return [column.facts() for column in self.also]

    @classmethod
    def of_facts(cls, text: Sequence[str], also: Sequence[dict[str, Any]]) -> "RowForm":
        """Return the form that was written before.

        Args:
            text: the names of the text columns.
            also: what `facts` returned.

        Raises:
            LookupError: an entry is missing.
        """
        return cls(tuple(text), tuple(map(column_of_facts, also)))


PLAIN = RowForm()
"""The form of rows that are a text alone."""
