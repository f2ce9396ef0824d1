"""What a reader found in one file, for the user to see before anything is computed."""

from dataclasses import dataclass
from pathlib import Path

_SHOWN_LINES = 5
_NAMES_OF_DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "|"}


@dataclass(frozen=True)
class Loss:
    """Something in a file that was not read as it stands.

    Attributes:
        what: the end of a sentence that begins with a number, such as "characters that are not UTF-8 became �".
        count: how often it was found.
        lines: numbers of the lines, or rows of a table, where it was found, from 1; the first ones if they are many.
    """

    what: str
    count: int
    lines: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Return a clause such as "2 rows without content were skipped (lines 3, 9)"."""
        if not self.lines:
            return f"{self.count} {self.what}"
        shown = ", ".join(map(str, self.lines[:_SHOWN_LINES])) + (", ..." if self.count > _SHOWN_LINES else "")
        return f"{self.count} {self.what} (line{'s' if self.count > 1 else ''} {shown})"


@dataclass(frozen=True)
class FileFacts:
    """How one file, or one part of a data set, was read.

    Attributes:
        origin: the file or folder, or what a table in memory is called.
        format: name of the format, such as "CSV" or "Parquet".
        rows: number of rows that were read.
        delimiter: separator of cells; None if the format has none.
        encoding: encoding of the text; None if the format fixes it.
        confidence: between 0 and 1, how sure the encoding is; None if it was not guessed.
        header: whether the first row has the names of the columns; None if the format says so itself.
        losses: what was not read as it stands.
        left_out: types of the columns whose cells cannot be text, by name.
    """

    origin: Path | str
    format: str
    rows: int
    delimiter: str | None = None
    encoding: str | None = None
    confidence: float | None = None
    header: bool | None = None
    losses: tuple[Loss, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return one line without the losses: `reviews.csv: CSV, semicolon, cp1250 (guessed, 93 %), 200 rows`."""
        encoding = self.encoding
        if encoding is not None and self.confidence is not None:
            encoding = f"{encoding} (guessed, {self.confidence:.0%} sure; --encoding names another)"
        delimiter = self.delimiter and _NAMES_OF_DELIMITERS.get(self.delimiter, repr(self.delimiter))
        header = "no header" if self.header is False else None
        details = [self.format, delimiter, encoding, header, f"{self.rows} rows"]
        return f"{self.origin}: {', '.join(detail for detail in details if detail)}"

    def warnings(self) -> tuple[str, ...]:
        """Return one sentence for each thing that was not read as it stands."""
        left_out = (f"column {name!r} holds {kind}, which is no text" for name, kind in self.left_out)
        return tuple(f"{self.origin}: {loss}." for loss in (*map(str, self.losses), *left_out))
