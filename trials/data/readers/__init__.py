"""Readers: from a file, a folder or an object in memory to tables of text.

To add a file format: add a file with one function in `formats`, and a line in `READERS`; a folder layout goes to
`FOLDER_READERS`. The contract suite in `tests/trials/data/readers` then tests it.
"""

from trials.data.readers.arrow import as_text, check_names, may_be_text
from trials.data.readers.class_files import visible_folders
from trials.data.readers.class_folders import read_classes
from trials.data.readers.delimited import DelimitedFile, open_delimited, read_delimited
from trials.data.readers.file_facts import FileFacts, Loss
from trials.data.readers.files import READERS, read_file, table_files
from trials.data.readers.folders import FOLDER_READERS, FolderReader, layout_of, read_folder
from trials.data.readers.formats import Records, read_records
from trials.data.readers.in_memory import table_in_memory
from trials.data.readers.other_splits import unused_splits, with_losses
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Cells, Table, cell
from trials.data.readers.text import (
    decode,
    decode_together,
    is_utf8,
    open_bytes,
    read_bytes,
    read_text,
    table_suffix,
    unix_lines,
)

__all__ = [
    "FOLDER_READERS",
    "READERS",
    "READ_OPTIONS",
    "Cells",
    "DelimitedFile",
    "FileFacts",
    "FolderReader",
    "Loss",
    "ReadOptions",
    "Records",
    "Table",
    "as_text",
    "cell",
    "check_names",
    "decode",
    "decode_together",
    "is_utf8",
    "layout_of",
    "may_be_text",
    "open_bytes",
    "open_delimited",
    "read_bytes",
    "read_classes",
    "read_delimited",
    "read_file",
    "read_folder",
    "read_records",
    "read_text",
    "table_files",
    "table_in_memory",
    "table_suffix",
    "unix_lines",
    "unused_splits",
    "visible_folders",
    "with_losses",
]
