"""What the labels of a source are, as the user says or as they look: one name, several, ranks or numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trials.data.columns import check_commas, label_order, number_of
from trials.data.labels.forms import NAME_SETS, ONE_NAME, LabelForm, Numbers, Ranks
from trials.data.labels.sets import read_sets
from trials.data.options import DataOptions
from trials.errors import DataError
from trials.tasks import MOST_RANKS, ORDINAL, REGRESSION

if TYPE_CHECKING:
    from trials.data.sources import SourceRows


@dataclass(frozen=True)
class ReadLabels:
    """Rows whose labels have a form.

    Attributes:
        rows: the rows by split.
        form: what a label is.
        sets: how the source has several labels a text, as a clause; None if it has not.
        bad: labels that should be numbers and are not, with the row of each in its split, by split; `rows` lacks them.
    """

    rows: "Mapping[str, SourceRows]"
    form: LabelForm
    sets: str | None = None
    bad: Mapping[str, Sequence[tuple[int, str]]] | None = None


def read_labels(rows: "Mapping[str, SourceRows]", options: DataOptions, column: str) -> ReadLabels:
    """Return the rows with labels of one form.

    Args:
        rows: the rows by split, as they were read.
        options: the task of the user, and what belongs to it.
        column: name of the label column.

    Raises:
        DataError: the labels do not fit the task.
    """
    _check_order(options)
    if options.task == REGRESSION.name:
        _check_one_column(options)
        return _numbers(rows, column)
    if options.task == ORDINAL.name:
        _check_one_column(options)
        return ReadLabels(rows, Ranks(_order(rows, options.order)))
    sets = read_sets(rows, options)
    return ReadLabels(rows, ONE_NAME) if sets is None else ReadLabels(sets.rows, NAME_SETS, sets.written_as)


def _check_order(options: DataOptions) -> None:
    if options.order and options.task != ORDINAL.name:
        raise DataError(
            f"data.order (--order) belongs to --task {ORDINAL.name}, but the task is {options.task!r}. Name that task, "
            "or leave the order out."
        )


def _check_one_column(options: DataOptions) -> None:
    given = "several --label columns" if options.indicators else "--label-separator"
    if options.indicators or options.label_separator is not None:
        raise DataError(
            f"With --task {options.task} each text has one label, but {given} stand for several. Leave one of them out."
        )


def _numbers(rows: "Mapping[str, SourceRows]", column: str) -> ReadLabels:
    """Return the rows with numbers, each in one form."""
    check_commas(label for part in rows.values() for label in part.labels)
    found: dict[str, SourceRows] = {}
    bad: dict[str, list[tuple[int, str]]] = {}
    for split, part in rows.items():
        numbers = {label: number_of(label) for label in set(part.labels)}
        bad[split] = [(n + 1, label) for n, label in enumerate(part.labels) if numbers[label] is None]
        kept = part.take(n for n, label in enumerate(part.labels) if numbers[label] is not None) if bad[split] else part
        found[split] = replace(kept, labels=[repr(numbers[label]) for label in kept.labels])
    return ReadLabels(found, Numbers(column), bad={split: cells for split, cells in bad.items() if cells})


def _order(rows: "Mapping[str, SourceRows]", order: Sequence[str]) -> tuple[str, ...]:
    """Return the order that is given, or that of all labels if they are numbers."""
    known = {label for part in rows.values() for label in part.labels if label}
    if not order:
        words = sorted(label for label in known if number_of(label) is None)
        if words:
            raise DataError(
                f"The order of the classes must be given, from low to high, as --order {','.join(words[:3])},... : it "
                f"follows from the labels only if all are numbers, but there is {words[0]!r:.80}."
            )
        order = tuple(sorted(known, key=label_order))
    twice = next((name for name in order if order.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"data.order (--order) must name each class once, but names {twice!r} twice.")
    if len(order) > MOST_RANKS:
        raise DataError(
            f"Ordered classes must be at most {MOST_RANKS}, but there are {len(order)}: so many are a quantity. Learn "
            f"it with --task {REGRESSION.name}, or put its values into fewer classes."
        )
    return tuple(order)
