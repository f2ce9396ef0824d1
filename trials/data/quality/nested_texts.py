"""Finds text columns that hold JSON instead of text."""

from collections.abc import Sequence

from trials.data.columns import cells_of, field_names, nested
from trials.data.quality.issues import DataIssue
from trials.data.sources import Source
from trials.data.split_names import TRAIN

_SAMPLE_ROWS = 1000
_MOST = 0.5
_SHOWN_FIELDS = 8


def check_nested_texts(source: Source) -> list[DataIssue]:
    """Return a finding if most texts of a text column are JSON lists or objects, with the fields that can be named.

    Args:
        source: the rows as they were read.
    """
    for name in source.columns.text:
        cells = cells_of(source.tables[TRAIN], name) or ()
        sample = [cell for cell in cells[:_SAMPLE_ROWS] if cell]
        if sample and sum(nested(cell) is not None for cell in sample) > _MOST * len(sample):
            message = (
                f"The text column {name!r} holds JSON lists or objects, not text, such as {sample[0]!r:.70}. Name the "
                f"field that holds the text: {_flags(field_names(name, sample))}; if allowed, the JSON itself is the "
                "text, and a label inside it too."
            )
            return [DataIssue("nested-texts", message, blocking=True)]
    return []


def _flags(fields: Sequence[str]) -> str:
    more = ", ..." if len(fields) > _SHOWN_FIELDS else ""
    return ", ".join(f"--text {field}" for field in fields[:_SHOWN_FIELDS]) + more if fields else "--text NAME"
