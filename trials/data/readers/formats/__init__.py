"""Readers of the formats that are not delimited."""

from trials.data.readers.formats.arrow_file import read_arrow_file
from trials.data.readers.formats.json_lines import Records, read_json_lines, read_records
from trials.data.readers.formats.lines import read_lines
from trials.data.readers.formats.parquet import read_parquet
from trials.data.readers.formats.workbook import read_workbook

__all__ = [
    "Records",
    "read_arrow_file",
    "read_json_lines",
    "read_lines",
    "read_parquet",
    "read_records",
    "read_workbook",
]
