"""Finds the columns of text, label and split; ambiguous cases are an error that asks for names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from search_spaces.near_miss import did_you_mean
from trials.data.readers import Cells, Table
from trials.data.split_names import TRAIN, split_of
from trials.errors import DataError

TEXT_NAMES = (
    *("text", "sentence", "review", "content", "body", "comment", "message", "tweet", "document", "description"),
    *("headline", "title", "question", "utterance", "query", "abstract", "article", "post"),
)
LABEL_NAMES = (
    *("label", "labels", "class", "category", "sentiment", "target", "topic", "intent", "emotion", "y"),
    *("rating", "stars", "polarity"),
)
SPLIT_COLUMN = "split"
INDEX_NAMES = frozenset({"id", "idx", "index", "column 1"})
_SAMPLE_ROWS = 200
_CLEARLY_LONGER = 3


@dataclass(frozen=True)
class Columns:
    """Names of the columns to use; `split` is None if the table has no such column."""

    text: str
    label: str
    split: str | None


def find_columns(table: Table, text: str | None, label: str | None, split: str | None) -> Columns:
    """Return the columns by the given names, else by well-known names, else by the content of the cells.

    Args:
        table: the training data.
        text: name of the text column; None means find it.
        label: name of the label column; None means find it.
        split: name of the split column; None means find one, which need not exist.

    Raises:
        DataError: a given name is no column, or the choice is ambiguous; the message lists the columns.
    """
    for role, name in (("text", text), ("label", label), ("split", split)):
        if name is not None and name not in table.columns:
            raise DataError(
                f"{table.origin} has no column {name!r} (given as the {role})."
                f"{did_you_mean(name, table.columns)} {_listing(table)}"
            )
    split = split or _split_column(table)
    free = [name for name in table.columns if name not in {text, label, split}]
    found_text, found_label = text or _by_name(free, TEXT_NAMES), label or _by_name(free, LABEL_NAMES)
    if found_text is None or found_label is None:
        found_text, found_label = _by_exclusion(table, free, found_text, found_label)
    if found_text is None or found_label is None:
        missing = " and ".join(role for role, name in (("text", found_text), ("label", found_label)) if name is None)
        raise DataError(
            f"{table.origin}: which column holds the {missing} is not clear. {_listing(table)}\n"
            "Name them: --text NAME --label NAME. The first row of a file must hold the names of its columns."
        )
    if found_text == found_label:
        raise DataError(f"Text and label must be two columns of {table.origin}, but both are {found_text!r}.")
    return Columns(found_text, found_label, split)


def find_text_column(table: Table, text: str | None) -> str:
    """Return the text column of a table that needs no labels.

    Args:
        table: the unlabelled data.
        text: name that is used if the table has such a column; else a well-known name or the only column is used.

    Raises:
        DataError: the choice is ambiguous; the message lists the columns.
    """
    if text in table.columns:
        return str(text)
    free = [name for name in table.columns if name.strip().lower() not in INDEX_NAMES]
    found = _by_name(free, TEXT_NAMES) or (free[0] if len(free) == 1 else None)
    if found is None:
        advice = "Name it as in the labelled data (--text NAME), or leave the others out."
        raise DataError(f"{table.origin}: which column holds the text is not clear. {_listing(table)}\n{advice}")
    return found


def _by_name(names: Sequence[str], known: Sequence[str]) -> str | None:
    """Return the column with the first known name, else the only one with any known name, else None."""
    matches = [name for name in names if name.strip().lower() in known]
    foremost = [name for name in matches if name.strip().lower() == known[0]]
    return next((found[0] for found in (foremost, matches) if len(found) == 1), None)


def _by_exclusion(
    table: Table, free: Iterable[str], text: str | None, label: str | None
) -> tuple[str | None, str | None]:
    """Assign the last two columns: one that is left over is the missing one; a clearly longer one is the text."""
    rest = [name for name in free if name not in {text, label} and name.strip().lower() not in INDEX_NAMES]
    if len(rest) == 1 and (text is None) != (label is None):
        return text or rest[0], label or rest[0]
    if len(rest) == 2 and text is None and label is None:
        shorter, longer = sorted(rest, key=lambda name: _mean_length(table.columns[name]))
        if _mean_length(table.columns[longer]) >= _CLEARLY_LONGER * _mean_length(table.columns[shorter]):
            return longer, shorter
    return text, label


def _split_column(table: Table) -> str | None:
    """Return a column named "split" in which every cell names a split and some name training; None if there is none."""
    for name, cells in table.columns.items():
        if name.strip().lower() == SPLIT_COLUMN:
            values = {split_of(cell) for cell in set(cells)}
            return name if TRAIN in values and None not in values else None
    return None


def _mean_length(cells: Cells) -> float:
    return fmean(len(cell or "") for cell in cells[:_SAMPLE_ROWS]) if cells else 0.0


def _listing(table: Table) -> str:
    width = max((len(name) for name in table.columns), default=0)
    lines = [f"\n  {name:<{width}}  {_sample(cells)}" for name, cells in table.columns.items()]
    return f"It has {len(lines)} columns:" + "".join(lines)


def _sample(cells: Cells) -> str:
    first = next((cell for cell in cells if cell), "")
    return repr(first if len(first) <= 60 else f"{first[:57]}...")
