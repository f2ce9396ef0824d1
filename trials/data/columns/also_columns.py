"""Columns beside the text: categories and numbers, as words before the text and as features."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trials.data.columns.numbers import check_commas, may_be_thousands, number_of
from trials.data.readers import Cells, cell
from trials.errors import DataError

CATEGORY, NUMBER = "category", "number"

MOST_CATEGORIES = 1_000
"""Categories that are features; rarer ones count as unknown."""

LARGEST = 5.0
"""Standard deviations from the mean at which a number is cut, so that one outlier does not outweigh all words."""

_BOOLEANS = ("true", "false")
_FEW = 20
_SHOWN = 5


@dataclass(frozen=True)
class CategoryColumn:
    """A column of categories: one feature for each, which is 1 where a row has it.

    An empty cell, and a category that the training rows lack, are zeros in all of them.

    Attributes:
        name: the name of the column.
        counts: the categories with their training rows, the most frequent first.
    """

    name: str
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def width(self) -> int:
        """Number of features."""
        return len(self.counts)

    @property
    def example(self) -> str:
        """A category of the column."""
        return self.counts[0][0] if self.counts else ""

    def written(self, cell: str | None) -> str:
        """Return the form of `cell` within a text: one line, without the sign that stands between columns.

        True and false are written in lower case, as files of typed cells have them.
        """
        line = one_line(cell)
        return lower if (lower := line.lower()) in _BOOLEANS else line

    def cell_of(self, value: object) -> str | None:
        """Return a value of a row as the text of a cell."""
        return cell(value)

    def may_be(self, value: str) -> bool:
        """Return whether `value`, a part of the line before a text, may be of this column."""
        return True

    def learnt(self, values: Sequence[str]) -> Self:
        """Return the column with the categories of the training rows, of which `values` are the written cells."""
        return replace(self, counts=tuple(Counter(filter(None, values)).most_common(MOST_CATEGORIES)))

    def features(self, values: Sequence[str]) -> NDArray[np.float32]:
        """Return the features of `values`, the written cells, shape (n, width)."""
        places = {category: place for place, (category, _) in enumerate(self.counts)}
        found = np.zeros((len(values), self.width), dtype=np.float32)
        for row, value in enumerate(values):
            if (place := places.get(value)) is not None:
                found[row, place] = 1.0
        return found

    def __str__(self) -> str:
        shown = ", ".join(f"{category} {count:,}" for category, count in self.counts[:_SHOWN])
        more = f", and {self.width - _SHOWN} more" if self.width > _SHOWN else ""
        return f"{self.name}: {self.width} categories ({shown}{more})"

    def facts(self) -> dict[str, Any]:
        """Return the column as plain JSON."""
        return {"name": self.name, "kind": CATEGORY, "categories": dict(self.counts)}


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: one feature, standardised by the training rows. An empty cell is their mean, 0.

    Attributes:
        name: the name of the column.
        low: smallest number of the training rows.
        high: largest one.
        mean: their mean.
        deviation: their standard deviation; 1 if all are equal.
        has_comma: whether cells of the training table have decimal commas.
    """

    name: str
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0
    deviation: float = 1.0
    has_comma: bool = False

    @property
    def width(self) -> int:
        """Number of features."""
        return 1

    @property
    def example(self) -> float:
        """A number of the column."""
        return self.mean

    def written(self, cell: str | None) -> str:
        """Return the form of `cell` within a text, the same however the number was written.

        Raises:
            DataError: the cell holds something else than a number, or one that was written as those of the training
                rows were not, so that it may mean two things.
        """
        text = (cell or "").strip()
        if not text:
            return ""
        if (number := number_of(text)) is None:
            raise DataError(
                f"The column {self.name!r} holds numbers in the training rows, so each of its cells must be a number "
                f"or empty, not {text[:40]!r}. Correct the cell or leave it empty."
            )
        if may_be_thousands(text, has_comma=self.has_comma):
            known, sign = ("decimal commas", "point") if self.has_comma else ("no decimal commas", "comma")
            plain = " or ".join(repr(re.sub("[,.]", way, text)) for way in ("", "," if self.has_comma else "."))
            raise DataError(
                f"The column {self.name!r} has {known} in the training rows, so the {sign} in {text!r} may stand for "
                f"thousands. Write the number as {plain}."
            )
        return f"{number:.10g}"

    def cell_of(self, value: object) -> str | None:
        """Return a value of a row as the text of a cell; a number that is no text can not be mistaken."""
        text = cell(value)
        return text.replace(".", ",") if self.has_comma and text and not isinstance(value, str) else text

    def may_be(self, value: str) -> bool:
        """Return whether `value`, a part of the line before a text, may be of this column: a number, or nothing."""
        return not value or number_of(value) is not None

    def learnt(self, values: Sequence[str]) -> Self:
        """Return the column with range, mean and deviation of the training rows; `values` are the written cells."""
        numbers = np.array([number for value in values if (number := number_of(value)) is not None])
        if len(numbers) == 0:
            return self
        deviation = float(numbers.std())
        return replace(
            self,
            low=float(numbers.min()),
            high=float(numbers.max()),
            mean=float(numbers.mean()),
            deviation=deviation if deviation > 0 else 1.0,
        )

    def features(self, values: Sequence[str]) -> NDArray[np.float32]:
        """Return the feature of `values`, the written cells, shape (n, 1)."""
        numbers = [self.mean if (number := number_of(value)) is None else number for value in values]
        standard = (np.array(numbers, dtype=np.float64) - self.mean) / self.deviation
        return np.clip(standard, -LARGEST, LARGEST).astype(np.float32)[:, None]

    def __str__(self) -> str:
        return f"{self.name}: numbers from {self.low:g} to {self.high:g}"

    def facts(self) -> dict[str, Any]:
        """Return the column as plain JSON."""
        known = {"name": self.name, "kind": NUMBER, **{key: getattr(self, key) for key in _STATISTICS}}
        return {**known, HAS_COMMA: True} if self.has_comma else known


AlsoColumn: TypeAlias = CategoryColumn | NumberColumn

_STATISTICS = ("low", "high", "mean", "deviation")
HAS_COMMA = "has_comma"


def also_column(name: str, cells: Cells, origin: str) -> AlsoColumn:
    """Return the column of the kind that its cells have: numbers if each cell that is not empty is one.

    Args:
        name: the name of the column.
        cells: its cells in the training table.
        origin: where they come from, for messages.

    Raises:
        DataError: no cell holds anything, numbers have commas that may stand for thousands, or nearly each row has a
            value of its own, as texts and keys do. Different numbers are refused if they count the rows.
    """
    values = [text for each in cells if (text := one_line(each))]
    if not values:
        raise DataError(f"A column given as --also must hold something, but {name!r} of {origin} is empty.")
    numbers = [number for value in values if (number := number_of(value)) is not None]
    if len(numbers) == len(values):
        check_commas(values, f" of the column {name!r}")
        if _counts_rows(numbers):
            raise DataError(
                f"A column given as --also must tell something of new rows, but {name!r} of {origin} has another whole "
                f"number in each of {len(values)} rows, as a key has: leave it out. If it is none, shuffle the rows."
            )
        return NumberColumn(name, has_comma=any("," in value for value in values))
    different = len(set(values))
    if different > _FEW and 2 * different > len(values):
        raise DataError(
            f"A column given as --also must hold numbers or categories that rows share, but {name!r} of {origin} has "
            f"{different} different values in {len(values)} rows. A column of texts is another --text; a key says "
            "nothing about new rows: leave it out."
        )
    return CategoryColumn(name)


def _counts_rows(numbers: Sequence[float]) -> bool:
    """Return whether whole numbers are all different, and leave few others out or grow from row to row."""
    count = len(numbers)
    if count <= _FEW or len(set(numbers)) < count or not all(map(float.is_integer, numbers)):
        return False
    return max(numbers) - min(numbers) < 2 * count or list(numbers) == sorted(numbers)


def column_of_facts(facts: dict[str, Any]) -> AlsoColumn:
    """Return the column that `facts()` described.

    Raises:
        LookupError: an entry is missing.
    """
    if facts["kind"] == NUMBER:
        low, high, mean, deviation = (float(facts[key]) for key in _STATISTICS)
        return NumberColumn(facts["name"], low, high, mean, deviation, bool(facts.get(HAS_COMMA, False)))
    return CategoryColumn(facts["name"], tuple((str(name), int(count)) for name, count in facts["categories"].items()))


def one_line(cell: str | None) -> str:
    """Return a cell as one line, without the sign that stands between columns."""
    return " ".join((cell or "").replace("|", "/").split())
