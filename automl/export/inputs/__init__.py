"""Reads the rows to label one at a time, so that a file may be larger than memory.

A well-formed file is streamed. Any other file is read into memory by the reader that training uses, which tolerates
more variants and reports errors. So a prediction can read every file that a search can read.
"""

from automl.export.inputs.files import open_rows
from automl.export.inputs.folders import open_folder
from automl.export.inputs.hub import hub_rows
from automl.export.inputs.lines import TEXT, stream_lines
from automl.export.inputs.queries import query_rows
from automl.export.inputs.rows import Row, Rows

__all__ = ["TEXT", "Row", "Rows", "hub_rows", "open_folder", "open_rows", "query_rows", "stream_lines"]
