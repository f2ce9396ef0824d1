"""Plain text with one example per line: label and text, separated by a tab."""

from pathlib import Path

from trials.data.readers.file_facts import FileFacts
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.readers.text import read_text, unix_lines
from trials.errors import DataError


def read_lines(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the columns `label` and `text`; further tabs belong to the text, and blank lines are skipped.

    Args:
        path: the file.
        options: the encoding.

    Raises:
        DataError: a line has no tab, or a carriage return in it seems to end a line; it is named.
    """
    labels: list[str] = []
    texts: list[str] = []
    decoded = read_text(path, options.encoding)
    for number, line in enumerate(unix_lines(decoded.text), start=1):
        if not line.strip():
            continue
        label, tab, text = line.partition("\t")
        if not tab:
            raise DataError(
                f"{path}, line {number}: must be a label, a tab and a text, but it has no tab: {line.strip()!r:.80}."
            )
        if any("\t" in part for part in text.split("\r")[1:]):
            raise DataError(
                f"{path}, line {number}: must end in one kind of line end, but a carriage return in it seems to end a "
                "line, too. Convert the line ends of the file."
            )
        labels.append(label)
        texts.append(text)
    how = (decoded.encoding, decoded.confidence)
    facts = FileFacts(path, "lines of label, tab and text", len(labels), None, *how, losses=decoded.losses)
    return Table(path, {"label": labels, "text": texts}, (facts,))
