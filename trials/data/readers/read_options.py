"""What a user may say about how files are read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadOptions:
    """How files are read, where that is not to be found out.

    Attributes:
        encoding: encoding of text files, a name that Python knows; None means find it.
        delimiter: separator of cells in delimited files; None means find it.
        header: whether the first row of a delimited file or a sheet has the names of its columns; None means find it,
            and refuse a file whose first row looks like data. Without a header, columns are called 1, 2, 3, ...
        sheet: name of the sheet of a workbook; None means the only one that is not empty.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None


READ_OPTIONS = ReadOptions()
"""Find out everything."""
