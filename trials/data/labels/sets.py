"""Recognises rows with several labels, and reads their sets of labels."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trials.data.columns import nested
from trials.data.labels.forms import NAME_SETS, written
from trials.data.labels.separators import likely_separator
from trials.data.options import DataOptions
from trials.errors import DataError
from trials.tasks import MULTI_LABEL, SINGLE_LABEL

if TYPE_CHECKING:
    from trials.data.sources import SourceRows


@dataclass(frozen=True)
class LabelSets:
    """Rows with sets of labels.

    Attributes:
        rows: the rows by split; each label is a set of names, as `NAME_SETS` reads it.
        written_as: how the source has them, as a clause.
    """

    rows: "Mapping[str, SourceRows]"
    written_as: str


def read_sets(rows: "Mapping[str, SourceRows]", options: DataOptions) -> LabelSets | None:
    """Return the rows with sets of labels, if they may have several; None if each has one.

    Without a task, labels that are all lists, of which some have not one name, are sets. Names that are joined in a
    cell are sets only if the user says so, as a name may hold a separator.

    Args:
        rows: the rows by split, as they were read.
        options: the task and the separator of the user.

    Raises:
        DataError: a label is no set of names.
    """
    if options.indicators:
        _check_single(options, "several --label columns")
        _check_no_separator(options, "several label columns of 0 and 1")
        return LabelSets(rows, "columns of 0 and 1")
    if options.task == SINGLE_LABEL.name:
        if options.label_separator is not None:
            _check_single(options, "--label-separator")
        return None
    counts = Counter(label for part in rows.values() for label in part.labels if label)
    lists = {label: found for label in counts if isinstance(found := nested(label), list)}
    if options.task != MULTI_LABEL.name and options.label_separator is None and not _are_sets(counts, lists):
        return None
    if counts and len(lists) == len(counts):
        _check_no_separator(options, "lists in all cells")
    separator = options.label_separator or likely_separator(
        {each: counts[each] for each in counts if each not in lists}
    )
    sets = {label: _names(label, lists.get(label), separator) for label in counts}
    kept = {split: _read(part, sets, are_lists=len(lists) == len(counts)) for split, part in rows.items()}
    if len(lists) == len(counts):
        return LabelSets(kept, "lists")
    return LabelSets(kept, "names, one a cell" if separator is None else f"names joined by {separator!r}")


def _are_sets(counts: Mapping[str, int], lists: Mapping[str, list[object]]) -> bool:
    """Return whether all labels are lists of names, and some do not have exactly one."""
    return (
        len(lists) == len(counts) > 0
        and any(len(found) != 1 for found in lists.values())
        and not any(isinstance(name, (list, dict)) for found in lists.values() for name in found)
    )


def _names(label: str, listed: list[object] | None, separator: str | None) -> str:
    if isinstance(nested(label), dict) or any(isinstance(name, (list, dict)) for name in listed or ()):
        raise DataError(
            f"With several labels a text, each cell must hold names, as a list or joined by a separator, but one holds "
            f"{label!r:.80}. Name a field inside it, as --label COLUMN.FIELD, or correct the data."
        )
    if listed is not None:
        names = [str(name) for name in listed if name is not None]
    else:
        names = label.split(separator) if separator else [label]
    return written(name.strip() for name in names if name.strip())


def _read(part: "SourceRows", sets: Mapping[str, str], *, are_lists: bool) -> "SourceRows":
    """Return rows with their sets. An empty cell is an empty set, but beside lists, which have `[]`, it is missing."""
    empty = "" if are_lists else NAME_SETS.renamed("[]", str)
    return replace(part, labels=[sets[label] if label else empty for label in part.labels])


def _check_single(options: DataOptions, given: str) -> None:
    if options.task == SINGLE_LABEL.name:
        raise DataError(
            f"data.task must be {MULTI_LABEL.name!r} where there are {given}, which give a text several labels, not "
            f"{SINGLE_LABEL.name!r}. Leave one of them out."
        )


def _check_no_separator(options: DataOptions, found: str) -> None:
    if options.label_separator is not None:
        raise DataError(f"data.label_separator (--label-separator) has no use where there are {found}: leave it out.")
