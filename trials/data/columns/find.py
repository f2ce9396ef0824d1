"""Finds the columns of text, label, split, group and time; ambiguous cases are an error that asks for names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from search_spaces.near_miss import did_you_mean
from trials.data.columns.nested import cells_of
from trials.data.columns.split_column import is_split_column
from trials.data.options import DataOptions
from trials.data.readers import Cells, Table
from trials.errors import DataError

TEXT_NAMES = (
    *("text", "sentence", "review", "content", "body", "comment", "message", "tweet", "document", "description"),
    *("headline", "title", "question", "utterance", "query", "abstract", "article", "post"),
)
LABEL_NAMES = (
    *("label", "labels", "class", "category", "sentiment", "target", "topic", "intent", "emotion", "y"),
    *("rating", "stars", "polarity"),
)
INDEX_NAMES = frozenset({"id", "idx", "index", "column 1"})
_SAMPLE_ROWS = 200
_CLEARLY_LONGER = 3
_WORDS_OF_A_TEXT = 4
_DISTINCT_TEXTS = 0.5


@dataclass(frozen=True)
class Columns:
    """Names of the columns to use; each may be a path into JSON cells, such as `messages.0.content`.

    Attributes:
        text: the text columns, at least one.
        label: the label column; of several indicators, their names joined.
        split: the split column; None if the table has none.
        group: the column of groups that stay on one side of a split; None if it was not asked for.
        time: the column of times; None if it was not asked for.
        indicators: columns of 0 and 1, one for each label, in the place of a label column.
        also: columns of categories or numbers that are read beside the text.
    """

    text: tuple[str, ...]
    label: str
    split: str | None = None
    group: str | None = None
    time: str | None = None
    indicators: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def used(self) -> frozenset[str]:
        """The names of all columns that have a role."""
        labels = self.indicators or (self.label,)
        others = {name for name in (self.split, self.group, self.time) if name is not None}
        return frozenset({*self.text, *self.also, *labels, *others})


def find_columns(table: Table, options: DataOptions) -> Columns:
    """Return the columns by the given names, else by well-known names, else by the content of the cells.

    Args:
        table: the training data.
        options: names of columns that the user gave; those of text and label are found if absent.

    Raises:
        DataError: a given name is no column, or the choice is ambiguous; the message lists the columns.
    """
    for option, names in (
        ("text", options.text),
        ("label", options.indicators),
        ("also", options.also),
        *((role, [name] if name else []) for role, name in _single_columns(options).items()),
    ):
        for name in names:
            if cells_of(table, name) is None:
                raise DataError(
                    f"{table.origin} has no column {name!r} (given as the {option})."
                    f"{did_you_mean(name, table.columns)} {_listing(table)}"
                )
    split = options.split or next((name for name, cells in table.columns.items() if is_split_column(name, cells)), None)
    given = {*options.text, *options.also, options.label, *options.indicators, split, options.group, options.time}
    free = [name for name in table.columns if name not in given]
    text = next(iter(options.text), None) or _by_name(free, TEXT_NAMES)
    label = ", ".join(options.indicators) or options.label or _by_name(free, LABEL_NAMES)
    if text is None or label is None:
        text, label = _by_exclusion(table, free, text, label)
    if text is None or label is None:
        missing = " and ".join(role for role, name in (("text", text), ("label", label)) if name is None)
        raise DataError(
            f"{table.origin}: which column holds the {missing} is not clear. {_listing(table)}\n"
            "Name them: --text NAME --label NAME. The first row of a file must hold the names of its columns."
        )
    columns = Columns(
        options.text or (text,), label, split, options.group, options.time, options.indicators, options.also
    )
    _check_roles(table, columns)
    return columns


def _single_columns(options: DataOptions) -> dict[str, str | None]:
    return {"label": options.label, "split": options.split, "group": options.group, "time": options.time}


def _check_roles(table: Table, columns: Columns) -> None:
    if both := sorted({columns.label, *columns.indicators}.intersection(columns.text)):
        raise DataError(f"Text and label must be two columns of {table.origin}, but both are {both[0]!r}.")
    if len(set(columns.text)) < len(columns.text):
        raise DataError(f"Each text column must be named once, not {', '.join(columns.text)}.")
    if len(set(columns.also)) < len(columns.also):
        raise DataError(f"Each column beside the text (--also) must be named once, not {', '.join(columns.also)}.")
    labels = {columns.label, *columns.indicators}
    if both := [name for name in columns.also if name in {*labels, *columns.text, columns.split}]:
        role = "label" if both[0] in labels else "text" if both[0] in columns.text else "split"
        raise DataError(f"A column beside the text (--also) must be none of the {role}, but {both[0]!r} is both.")


def find_text_columns(table: Table, text: tuple[str, ...]) -> tuple[str, ...]:
    """Return the text columns of a table that needs no labels.

    Args:
        table: the unlabelled data.
        text: names of which those are used that the table has; if it has none of them, a well-known name or the only
            column is used.

    Raises:
        DataError: the choice is ambiguous; the message lists the columns.
    """
    if present := tuple(name for name in text if cells_of(table, name) is not None):
        return present
    free = [name for name in table.columns if name.strip().lower() not in INDEX_NAMES]
    found = _by_name(free, TEXT_NAMES) or (free[0] if len(free) == 1 else None)
    if found is None:
        advice = "Name it as in the labelled data (--text NAME), or leave the others out."
        raise DataError(f"{table.origin}: which column holds the text is not clear. {_listing(table)}\n{advice}")
    return (found,)


def looks_like_text(cells: Cells) -> bool:
    """Return whether most of the first `cells` are of several words, and differ from each other."""
    sample = [cell for cell in cells[:_SAMPLE_ROWS] if cell]
    long = sum(len(cell.split()) >= _WORDS_OF_A_TEXT for cell in sample)
    return bool(sample) and long > len(sample) / 2 and len(set(sample)) > _DISTINCT_TEXTS * len(sample)


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


def _mean_length(cells: Cells) -> float:
    return fmean(len(cell or "") for cell in cells[:_SAMPLE_ROWS]) if cells else 0.0


def _listing(table: Table) -> str:
    width = max((len(name) for name in table.columns), default=0)
    lines = [f"\n  {name:<{width}}  {_sample(cells)}" for name, cells in table.columns.items()]
    return f"It has {len(lines)} columns:" + "".join(lines)


def _sample(cells: Cells) -> str:
    first = next((cell for cell in cells if cell), "")
    return repr(first if len(first) <= 60 else f"{first[:57]}...")
