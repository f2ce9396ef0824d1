"""The texts of a file or folder, as any process can read them, and the logits of rows in their order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from automl.core import DataProblem
from automl.export.inputs import Row, Rows, open_folder, open_rows
from automl.export.row_form import check_fields
from trials.data import RowForm
from trials.data.readers import ReadOptions
from trials.files import TextClassifier
from trials.metrics import Logits

CHUNK_ROWS = 4096
"""Rows in memory at a time, enough that sorting them by length leaves little padding."""


@dataclass(frozen=True)
class TextSource:
    """Where texts lie.

    Attributes:
        path: an absolute path of a file or folder.
        label_names: labels of the model, by which folders of texts are recognized.
        read: how it is read.
        form: how the cells of a row become its text.
    """

    path: Path
    label_names: tuple[str, ...]
    read: ReadOptions
    form: RowForm

    def rows(self) -> Rows:
        """Open it.

        Raises:
            DataError: it cannot be read.
        """
        is_folder = self.path.is_dir()
        return (open_folder if is_folder else open_rows)(self.path, self.label_names, self.read)

    def texts(self, size: int) -> Iterator[list[str]]:
        """Yield the texts of all rows, in their order, `size` at a time.

        Raises:
            DataError: a row cannot be read.
            DataProblem: the text is not where it should be, or is no text.
        """
        for chunk, texts in chunks_of(self.rows(), self.form, size):
            del chunk
            yield texts


ScoreElsewhere: TypeAlias = Callable[[TextSource], Iterator[Logits]]
"""Gives the logits of all texts of a source, in their order, any number at a time."""


def scored_here(
    classifier: TextClassifier, rows: Rows, form: RowForm, batch_size: int
) -> Iterator[tuple[list[Row], Logits]]:
    """Yield rows with their logits, shape (n, classes).

    Args:
        classifier: the model.
        rows: the rows.
        form: how the cells of a row become its text.
        batch_size: number of texts that are scored at a time.

    Raises:
        DataProblem: the text is not where it should be, or is no text.
    """
    for chunk, texts in chunks_of(rows, form, CHUNK_ROWS):
        yield chunk, classifier.logits(texts, batch_size)


def scored_elsewhere(score: ScoreElsewhere, source: TextSource, rows: Rows) -> Iterator[tuple[list[Row], Logits]]:
    """Yield rows with logits that other processes compute, which read the texts themselves.

    Args:
        score: gives the logits.
        source: the texts.
        rows: the same rows, with all their columns.

    Raises:
        DataProblem: the rows are not those that were scored, because the file has changed.
    """
    waiting = rows.stream()
    for logits in score(source):
        chunk = list(islice(waiting, len(logits)))
        if len(chunk) < len(logits):
            raise _changed(source)
        yield chunk, logits
    if next(waiting, None) is not None:
        raise _changed(source)


def chunks_of(rows: Rows, form: RowForm, size: int) -> Iterator[tuple[list[Row], list[str]]]:
    """Yield rows with their texts, `size` at a time.

    Args:
        rows: the rows.
        form: how the cells of a row become its text.
        size: number of rows.

    Raises:
        DataProblem: the text is not where it should be, or is no text.
    """
    waiting, is_first = rows.stream(), True
    while chunk := list(islice(waiting, size)):
        if is_first:
            check_fields(chunk, form)
        is_first = False
        if any(isinstance(row.get(name), bytes) for row in chunk for name in form.text):
            named = " or ".join(form.text)
            raise DataProblem(f"the text column must hold text, but {named} holds bytes that are not UTF-8")
        yield chunk, [form.text_of(row) for row in chunk]


def _changed(source: TextSource) -> DataProblem:
    return DataProblem(f"{source.path} must not change while it is read, but its number of rows has: label it again")
