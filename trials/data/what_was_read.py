"""What was read from a source, for the user to see before anything is computed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from trials.data.columns import PLAIN, Columns, RowForm, looks_like_text
from trials.data.labels import ReadLabels
from trials.data.options import DataOptions
from trials.data.quality import DataIssue
from trials.data.readers import FileFacts, Table
from trials.data.sources import Source, SourceRows
from trials.data.split_names import TEST, TRAIN, VALIDATION

SPLITTING = ("seed", "validation_share", "test_share", "merge_labels", "drop_near_duplicates")
"""Options beside columns and files on which it depends which rows are in which split."""


@dataclass(frozen=True)
class WhatWasRead:
    """The files, columns, splits, rows and classes of a data set.

    Attributes:
        files: how each file was read.
        columns: the columns that are used.
        unused: the columns that are not used.
        texts: those of the unused columns that look like text.
        split_by: how the rows come to their splits, as a clause.
        given: number of rows that were read.
        rows: number of rows that are used, by split.
        classes: number of rows that are used, by class, the most frequent first.
        sets: how the source has several labels a text; None if each text has one.
        unlabelled: rows that are used and have no label.
        form: how the cells of a row become its text, with what the training rows tell of the columns beside the text.
        numbers: smallest, mean and largest label, where labels are numbers; None if they are not.
        order: the classes from low to high, where they have an order; empty if they have none.
        label_separator: what the user says stands between several labels in a cell; None if nothing is said.
        splitting: the options by which rows are split and left out, by their names in `DataOptions`.
        made: the splits that were not given, and so were made.
        left_out: number of rows that are left out, by the code of the finding.
        searched: number of rows by split, of those that are used, in the sample that the search uses; None: all.
        sample: number of training rows of which the sample was asked; None: no sample.
    """

    files: tuple[FileFacts, ...]
    columns: Columns
    unused: tuple[str, ...]
    texts: tuple[str, ...]
    split_by: str
    given: int
    rows: Mapping[str, int]
    classes: Mapping[str, int]
    left_out: Mapping[str, int]
    searched: Mapping[str, int] | None = None
    sample: int | None = None
    sets: str | None = None
    unlabelled: int = 0
    form: RowForm = PLAIN
    numbers: tuple[float, float, float] | None = None
    order: tuple[str, ...] = ()
    label_separator: str | None = None
    splitting: Mapping[str, int | float | bool] = field(default_factory=dict)
    made: tuple[str, ...] = ()


def what_was_read(
    source: Source,
    options: DataOptions,
    rows: Mapping[str, SourceRows],
    given: Collection[str],
    findings: Iterable[DataIssue],
    read: ReadLabels,
) -> WhatWasRead:
    """Return what was read.

    Args:
        source: the rows as they were read.
        options: how they were split.
        rows: the rows that are used.
        given: the splits that were given.
        findings: what was found about the rows.
        read: what the labels are.
    """
    form, made = read.form, tuple(split for split in (VALIDATION, TEST) if split not in given)
    columns = source.columns
    heads = {name.split(".")[0] for name in columns.used}
    unused = [name for name in source.tables[TRAIN].columns if name not in columns.used and name not in heads]
    left_out: Counter[str] = Counter()
    for finding in findings:
        left_out[finding.code] += finding.left_out
    return WhatWasRead(
        files=tuple(facts for table in source.tables.values() for facts in _facts(table)),
        columns=columns,
        unused=tuple(unused),
        texts=tuple(name for name in unused if looks_like_text(source.tables[TRAIN].columns[name])),
        split_by=_split_by(source, options, made, given),
        given=sum(map(len, source.rows.values())) + sum(source.strange_splits.values()),
        rows={split: len(rows[split]) for split in (TRAIN, VALIDATION, TEST)},
        classes=dict(form.count(*rows.values()).most_common()),
        left_out=+left_out,
        sets=read.sets,
        numbers=_number_facts(rows) if form.is_number else None,
        order=form.ordered(form.count(*rows.values())) if form.has_order else (),
        label_separator=options.label_separator,
        made=made,
        splitting={name: getattr(options, name) for name in SPLITTING},
        unlabelled=sum(not form.names(label) for part in rows.values() for label in part.labels),
        form=source.form,
    )


def _number_facts(rows: Mapping[str, SourceRows]) -> tuple[float, float, float]:
    numbers = [float(label) for part in rows.values() for label in part.labels]
    return min(numbers), fmean(numbers), max(numbers)


def _facts(table: Table) -> tuple[FileFacts, ...]:
    return table.found or (FileFacts(table.origin, "table", len(table)),)


def _split_by(source: Source, options: DataOptions, made: Sequence[str], given: Collection[str]) -> str:
    column = source.columns.split
    if column is not None:
        values = [
            f"{', '.join(map(repr, values))} is {split}"
            for split, values in source.split_values.items()
            if split != values[0]
        ]
        how = f"by the column {column!r}" + (f" ({'; '.join(values)})" if values else "")
    else:
        how = "as given" if len(given) > 1 else ""
    if not made:
        return how
    if options.group is not None:
        means = f"by {options.group!r}, each value of which is on one side"
    elif options.time is not None:
        means = f"by {options.time!r}, from early to late"
    else:
        means = f"by chance (seed {options.seed})"
    return f"{how}; {' and '.join(made)} {means}" if how else means
