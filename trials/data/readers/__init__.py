"""Readers: from a file or a folder to tables of text.

To add a file format: add a file with one function, and a line in `READERS`; a folder layout goes to `FOLDER_READERS`.
The contract suite in `tests/trials/data/readers` then tests it.
"""

from trials.data.readers.class_folders import read_classes
from trials.data.readers.decode import decode, is_utf8, read_text
from trials.data.readers.delimited import DELIMITERS, read_delimited
from trials.data.readers.file_facts import FileFacts, Loss
from trials.data.readers.files import READERS, read_file
from trials.data.readers.folders import FOLDER_READERS, FolderReader, read_folder
from trials.data.readers.in_memory import table_in_memory
from trials.data.readers.json_lines import read_records
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Cells, Table, cell

__all__ = [
    "DELIMITERS",
    "FOLDER_READERS",
    "READERS",
    "READ_OPTIONS",
    "Cells",
    "FileFacts",
    "FolderReader",
    "Loss",
    "ReadOptions",
    "Table",
    "cell",
    "decode",
    "is_utf8",
    "read_classes",
    "read_delimited",
    "read_file",
    "read_folder",
    "read_records",
    "read_text",
    "table_in_memory",
]
