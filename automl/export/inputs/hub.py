"""Rows of a data set of the Hugging Face hub."""

from functools import partial

from automl.export.inputs.rows import Rows, joined
from automl.sources import hub_splits, pinned


def hub_rows(source: str) -> Rows:
    """Return the rows of all splits, one split after the other.

    Args:
        source: the address of the data set; without a commit, its newest one is read.

    Raises:
        DataProblem: the data set cannot be read.
    """
    splits = hub_splits(pinned(source))
    return joined({f"the split {name}": Rows(tuple(of.column_names), partial(iter, of)) for name, of in splits.items()})
