"""Plain text with one example per line: label and text, separated by a tab."""

from pathlib import Path

from trials.data.readers.decode import read_text
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.errors import DataError


def read_lines(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the columns `label` and `text`; further tabs belong to the text, and blank lines are skipped.

    Raises:
        DataError: a line has no tab; it is named.
    """
    labels: list[str] = []
    texts: list[str] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        label, tab, text = line.partition("\t")
        if not tab:
            raise DataError(
                f"{path}, line {number}: must be a label, a tab and a text, but it has no tab: {line.strip()!r:.80}."
            )
        labels.append(label)
        texts.append(text)
    return Table(path, {"label": labels, "text": texts})
