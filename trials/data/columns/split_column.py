"""The splits that the cells of a column name."""

from collections.abc import Iterable

from trials.data.split_names import TEST, TRAIN, VALIDATION, split_of

SPLIT_COLUMNS = frozenset(
    {"split", "data_split", "dataset_split", "split_name", "partition", "subset", "set", "data_set"}
)
"""Names of columns, in lower case, that hold splits if some cell names the training split."""

NUMBERED_SPLITS = {"0": TRAIN, "1": VALIDATION, "2": TEST}
"""The splits of a column that holds no other values than these numbers."""


def splits_of(cells: Iterable[str | None]) -> dict[str | None, str | None]:
    """Return the split that each value of a column stands for; None for values that stand for none.

    Args:
        cells: the cells of the column.
    """
    values = set(cells)
    numbers = {value: (value or "").strip().removesuffix(".0") for value in values}
    if "0" in numbers.values() and set(numbers.values()) <= {"", *NUMBERED_SPLITS}:
        return {value: NUMBERED_SPLITS.get(number) for value, number in numbers.items()}
    return {value: split_of(value) for value in values}


def is_split_column(name: str, cells: Iterable[str | None]) -> bool:
    """Return whether a column is called like one of splits, and some of its cells name the training split."""
    return name.strip().lower() in SPLIT_COLUMNS and TRAIN in splits_of(cells).values()
