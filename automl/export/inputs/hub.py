"""Rows of a data set of the Hugging Face hub."""

from collections.abc import Iterator

from automl.export.inputs.rows import Row, Rows
from automl.sources import hub_splits, pinned


def hub_rows(source: str) -> Rows:
    """Return the rows of all splits, one split after the other.

    Args:
        source: the address of the data set; without a commit, its newest one is read.

    Raises:
        DataProblem: the data set cannot be read.
    """
    splits = hub_splits(pinned(source)).values()
    columns = dict.fromkeys(name for split in splits for name in split.column_names)

    def stream() -> Iterator[Row]:
        for split in splits:
            yield from split

    return Rows(tuple(columns), stream)
