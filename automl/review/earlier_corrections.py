"""Reads the corrections that the data of a study have already."""

from dataclasses import dataclass
from pathlib import Path

from automl.core import DataProblem
from trials.data.quality import text_key
from trials.data.readers import read_file
from trials.errors import DataError


@dataclass(frozen=True)
class Correction:
    """A correction of a person.

    Attributes:
        text: the text for which it holds.
        given: a label, or `drop`.
    """

    text: str
    given: str


def read_corrections(path: Path | None) -> list[Correction]:
    """Return the corrections in a file, without the rows that have none.

    Args:
        path: the file with the columns `text` and `correction`, with which the data of a study were read; None for no
            corrections.

    Raises:
        DataProblem: the file cannot be read.
    """
    if path is None:
        return []
    try:
        columns = read_file(path).columns
    except DataError as error:
        raise DataProblem(str(error)) from error
    cells = zip(columns["text"], columns["correction"], strict=True)
    return [Correction(text or "", (given or "").strip()) for text, given in cells if (given or "").strip()]


def correction_key(text: str) -> str:
    """Return what identifies the text of a correction, also where a spreadsheet needed an apostrophe before it."""
    return text_key(text).removeprefix("'")
