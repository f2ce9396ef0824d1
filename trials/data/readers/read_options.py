"""What a user may say about how files are read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadOptions:
    """How files are read, where that is not to be found out.

    Attributes:
        encoding: encoding of text files, a name that Python knows; None means find it.
        delimiter: separator of cells in delimited files, one character; None means find it.
        header: whether the first row of a delimited file or a sheet has the names of its columns; None means find it,
            and refuse a file whose first row looks like data. Without a header, columns are called 1, 2, 3, ...
        sheet: name of the sheet of a workbook; None means the only one that is not empty.
        keep_empty: rows of which all cells are empty are rows, too, as where each row gets a prediction.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    keep_empty: bool = False


READ_OPTIONS = ReadOptions()
"""Find out everything."""
