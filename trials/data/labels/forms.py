"""What a label of a row is, as text: the name of one class, a rank, a number, or a set of names as JSON."""

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from trials.data.columns import label_order, nested, number_of
from trials.errors import DataError
from trials.tasks import LabelArray, task_of

if TYPE_CHECKING:
    from trials.data.sources import SourceRows


JOINED_BY = "|"
"""Stands between the names of a set where a person has written them."""


def written(names: Iterable[str]) -> str:
    """Return the set of `names` as text; equal sets give equal text."""
    return json.dumps(sorted(set(names)), ensure_ascii=False)


class LabelForm(ABC):
    """Reads and changes the labels of rows.

    Attributes:
        is_number: whether a label is a number.
        has_order: whether labels are classes that have an order.
    """

    is_number: ClassVar[bool] = False
    has_order: ClassVar[bool] = False

    @abstractmethod
    def names(self, label: str) -> Sequence[str]:
        """Return the names of classes in `label`."""

    @abstractmethod
    def read(self, cell: str) -> str:
        """Return the label that a person wrote into a cell, without a check of its names.

        Args:
            cell: the text of the cell, not empty.

        Raises:
            DataError: it must be a number, and is none.
        """

    @abstractmethod
    def renamed(self, label: str, name: Callable[[str], str]) -> str:
        """Return a label with other names.

        Args:
            label: the label.
            name: gives the new name for each old one.
        """

    @abstractmethod
    def without(self, rows: "SourceRows", names: Collection[str]) -> "SourceRows":
        """Return rows that know nothing of some classes.

        Args:
            rows: the rows.
            names: names of the classes.
        """

    @abstractmethod
    def array(self, labels: Iterable[str], names: Sequence[str]) -> LabelArray:
        """Return labels as numbers, as `LabelArray` says.

        Args:
            labels: the labels.
            names: the name of each class.
        """

    def ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names of classes in their order: numbers by value, then words.

        Args:
            names: the names, each once.
        """
        return tuple(sorted(names, key=label_order))

    def count(self, *parts: "SourceRows") -> Counter[str]:
        """Return the number of rows of each class in all `parts`."""
        return Counter(name for part in parts for label in part.labels if label for name in self.names(label))

    def strata(self, labels: Sequence[str]) -> LabelArray:
        """Return a class id of each row of `labels`, shape (n,), before the classes have an order of their own."""
        names = sorted({name for label in labels for name in self.names(label)})
        found = self.array(labels, names)
        return task_of(found).strata(found)


class _OneName(LabelForm):
    """A label is a name."""

    def names(self, label: str) -> Sequence[str]:
        return (label,)

    def read(self, cell: str) -> str:
        return cell

    def renamed(self, label: str, name: Callable[[str], str]) -> str:
        return name(label)

    def without(self, rows: "SourceRows", names: Collection[str]) -> "SourceRows":
        """Leave out the rows of these classes."""
        return rows.take(number for number, label in enumerate(rows.labels) if label not in names)

    def array(self, labels: Iterable[str], names: Sequence[str]) -> LabelArray:
        ids = {name: number for number, name in enumerate(names)}
        return np.array([ids[label] for label in labels], dtype=np.int64)


class Ranks(_OneName):
    """A label is the name of a class in an order.

    Args:
        order: all names, the lowest first.
    """

    has_order = True

    def __init__(self, order: Sequence[str]) -> None:
        self._order = {name: number for number, name in enumerate(order)}

    def ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names in the order of the user."""
        return tuple(sorted(names, key=self._order.__getitem__))

    def strata(self, labels: Sequence[str]) -> LabelArray:
        """Return the rank of each row, shape (n,)."""
        return np.array([self._order[label] for label in labels], dtype=np.int64)

    def array(self, labels: Iterable[str], names: Sequence[str]) -> LabelArray:
        """Return ranks, int32, which tell them from class ids."""
        return super().array(labels, names).astype(np.int32)


class Numbers(LabelForm):
    """A label is a number, of what `name` says: the only name, as all rows have it.

    Args:
        name: name of what the numbers measure.
    """

    is_number = True

    def __init__(self, name: str) -> None:
        self._name = name

    def names(self, label: str) -> Sequence[str]:
        return (self._name,)

    def read(self, cell: str) -> str:
        number = number_of(cell)
        if number is None:
            raise DataError(f"a label must be one finite number here, not {cell!r:.80}.")
        return repr(number)

    def renamed(self, label: str, name: Callable[[str], str]) -> str:
        return label

    def without(self, rows: "SourceRows", names: Collection[str]) -> "SourceRows":
        """Return the rows as they are."""
        return rows

    def array(self, labels: Iterable[str], names: Sequence[str]) -> LabelArray:
        return np.array([float(label) for label in labels], dtype=np.float64)


class _NameSets(LabelForm):
    """A label is a set of names, as `written` writes it."""

    def names(self, label: str) -> Sequence[str]:
        names: list[str] = json.loads(label)
        return names

    def read(self, cell: str) -> str:
        """Read a list as JSON, or names that are joined by `|`."""
        listed = nested(cell)
        names = map(str, listed) if isinstance(listed, list) else cell.split(JOINED_BY)
        return written(name.strip() for name in names if name.strip())

    def renamed(self, label: str, name: Callable[[str], str]) -> str:
        return written(map(name, self.names(label)))

    def without(self, rows: "SourceRows", names: Collection[str]) -> "SourceRows":
        """Keep all rows, and take the names out of their sets."""
        kept = [written(name for name in self.names(label) if name not in names) for label in rows.labels]
        return replace(rows, labels=kept)

    def array(self, labels: Iterable[str], names: Sequence[str]) -> LabelArray:
        ids: Mapping[str, int] = {name: number for number, name in enumerate(names)}
        given = list(labels)
        found = np.zeros((len(given), len(names)), dtype=bool)
        for row, label in enumerate(given):
            found[row, [ids[name] for name in self.names(label)]] = True
        return found


ONE_NAME: LabelForm = _OneName()
NAME_SETS: LabelForm = _NameSets()
