"""CSV and similar formats: detects delimiter, quoting and header, and names what is wrong by its line."""

from trials.data.readers.delimited.header import checked_header
from trials.data.readers.delimited.open import DelimitedFile, open_delimited, read_delimited

__all__ = ["DelimitedFile", "checked_header", "open_delimited", "read_delimited"]
