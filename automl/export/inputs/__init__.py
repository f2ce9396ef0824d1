"""Rows to label: read one at a time, so that a file may be larger than memory.

A file that is well formed is streamed. Any other goes to the reader that training uses, which holds it in memory but
knows how to read it, or says what is wrong: what a search could read, a prediction can read too.
"""

from automl.export.inputs.files import open_rows
from automl.export.inputs.lines import TEXT, stream_lines
from automl.export.inputs.rows import Row, Rows

__all__ = ["TEXT", "Row", "Rows", "open_rows", "stream_lines"]
