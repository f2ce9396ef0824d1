"""The user's options about data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trials.data.readers import READ_OPTIONS, ReadOptions, Table

AUTO = "auto"


@dataclass(frozen=True)
class DataOptions:
    """Where labelled text lies and how to split it.

    Attributes:
        source: a named corpus, a file or a folder; or what `tables` are called.
        text: names of the text columns, which are joined if there are several; empty means find one.
        label: name of the label column; None means find it.
        also: names of columns of categories or numbers that are read beside the text.
        split: name of the split column; None means find it.
        group: name of a column whose equal cells stay on one side of every split; None if there is none.
        time: name of a column of times: training rows are earlier than validation rows, and these than test rows.
        validation: file with the validation split; None if there is none.
        test: file with the test split; None if there is none.
        validation_share: share of the training rows that becomes the validation split if none is given.
        test_share: likewise for the test split.
        seed: seed of the splits.
        unlabeled: a named corpus, a file or a folder, of which only the texts are read.
        corrections: a file with the columns `text` and `correction`, which changes or drops rows; None: none.
        merge_labels: take labels that differ in case, form of characters or number format for one.
        drop_near_duplicates: leave out training rows that nearly repeat a validation or test row.
        allow: codes of blocking findings that the user accepts.
        read: how files are read.
        tables: tables by split that were read already, `train` at least; None means read `source`.
        name: short name of the data; None means that of `source`.
        in_order: whether the rows of `tables` have an order; others are sorted, so that they are split alike each time.
        indicators: names of columns of 0 and 1, one for each label, in the place of a label column.
        task: a key of `trials.tasks.TASKS`, or `auto`, which follows from the labels.
        order: names of the classes from low to high, for ordered classes; empty: they are numbers.
        label_separator: what stands between the labels in a cell; None: it is found, where cells have several.
    """

    source: str
    text: tuple[str, ...] = ()
    label: str | None = None
    split: str | None = None
    group: str | None = None
    time: str | None = None
    validation: Path | None = None
    test: Path | None = None
    validation_share: float = 0.15
    test_share: float = 0.15
    seed: int = 0
    unlabeled: str | None = None
    corrections: Path | None = None
    merge_labels: bool = False
    drop_near_duplicates: bool = False
    allow: frozenset[str] = field(default_factory=frozenset)
    read: ReadOptions = READ_OPTIONS
    tables: Mapping[str, Table] | None = None
    name: str | None = None
    in_order: bool = True
    indicators: tuple[str, ...] = ()
    task: str = AUTO
    label_separator: str | None = None
    also: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
