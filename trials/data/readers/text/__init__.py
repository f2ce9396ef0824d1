"""From the bytes of a file to its text: encodings, damaged characters, line ends, and files that are no text."""

from trials.data.readers.text.decode import (
    DecodedText,
    check_encoding,
    decode,
    decode_together,
    is_utf8,
    read_bytes,
    read_text,
)
from trials.data.readers.text.line_ends import unix_lines
from trials.data.readers.text.opening import COMPRESSIONS, DAMAGES, open_bytes, table_name, table_suffix, unreadable

__all__ = [
    "COMPRESSIONS",
    "DAMAGES",
    "DecodedText",
    "check_encoding",
    "decode",
    "decode_together",
    "is_utf8",
    "open_bytes",
    "read_bytes",
    "read_text",
    "table_name",
    "table_suffix",
    "unix_lines",
    "unreadable",
]
