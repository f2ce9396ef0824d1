"""Labels new texts: writes the input rows with a label and probabilities added."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from automl.core import DataProblem, UsageError, unknown_name
from automl.decisions import read_decision
from automl.export.export_model import trained_text_column
from automl.export.inputs import TEXT, Row, Rows, open_rows, stream_lines
from automl.export.labelling import Labelling, check_labelling
from automl.export.load_model import load_classifier
from automl.export.prediction_writers import check_target, open_writer
from trials.data import TEXT_NAMES
from trials.data.readers import cell
from trials.errors import DataError
from trials.files import TEXTS_AT_ONCE, TextClassifier

CHUNK_ROWS = 4096
"""Rows in memory at a time, enough that sorting them by length leaves little padding."""


def predict(
    folder: Path,
    source: Path | None = None,
    target: Path | None = None,
    text_column: str | None = None,
    batch_size: int = TEXTS_AT_ONCE,
    *,
    spreadsheet: bool = False,
    reject: float | None = None,
    coverage: float | None = None,
    plain: bool = False,
    say: Callable[[str], None] = lambda message: None,
) -> int:
    """Add `label`, `probability` and `probability_<label>` to each row.

    Labels are chosen as `decision.json` in the model folder says, if there is one, and probabilities are calibrated by
    its temperature.

    Rows keep their order and their columns. A new column whose name already exists in the input is called
    `predicted_<name>`. A missing text counts as an empty one.

    Args:
        folder: a model folder, such as `runs/STUDY/best`.
        source: CSV, TSV, JSON Lines, Parquet or text file; None: standard input, one text per line.
        target: CSV, TSV or JSON Lines file; None: CSV to standard output.
        text_column: the column that holds the text; None: the one that the model was trained on.
        batch_size: number of texts that are scored at a time.
        spreadsheet: make CSV and TSV safe to open in a spreadsheet; if False, texts are written unchanged.
        reject: probability below which a row gets no label; None labels all rows.
        coverage: probability with which the column `labels`, a set of labels, has the true one; None: no such column.
        plain: choose the most probable label, whatever `decision.json` says.
        say: receives sentences about how labels were chosen.

    Returns:
        The number of rows.

    Raises:
        UsageError: the model or the input does not exist, the output cannot be created, or `reject` or `coverage`
            cannot be used.
        DataProblem: the input cannot be read, or has no text column.
    """
    check_target(target, spreadsheet=spreadsheet)
    if source is not None and not source.is_file():
        raise UsageError(f"the input must be a file that exists, not {str(source)!r}")
    classifier = load_classifier(folder)
    decision = read_decision(folder, classifier.label_names)
    check_labelling(reject, coverage, decision)
    rule = replace(decision, goal="", offsets=None, costs=None) if plain and decision is not None else decision
    labelling = Labelling(classifier.label_names, rule, reject, coverage)
    try:
        rows = _standard_input() if source is None else open_rows(source, classifier.label_names)
        column = choose_text_column(rows.columns, text_column, trained_text_column(folder))
        added = _added_columns(labelling.columns, rows.columns)
        done = 0
        with open_writer(target, [*rows.columns, *added], spreadsheet=spreadsheet) as writer:
            for row in _labelled(classifier, labelling, rows, column, added, batch_size):
                writer.write(row)
                done += 1
    except DataError as error:
        raise DataProblem(str(error)) from error
    for sentence in labelling.summary():
        say(sentence)
    return done


def choose_text_column(columns: Sequence[str], requested: str | None, trained: str | None) -> str:
    """Return the column `requested`, else `trained`, else the only column, else one with a well-known name.

    Args:
        columns: the columns of the input.
        requested: the column that the user named; None if none.
        trained: the column that the model was trained on; None if unknown.

    Raises:
        DataProblem: `requested` does not exist, or no text column can be determined; the message lists the columns.
    """
    if requested is not None:
        if requested not in columns:
            raise DataProblem(unknown_name("column", requested, columns))
        return requested
    if trained is not None and trained in columns:
        return trained
    if len(columns) == 1:
        return columns[0]
    known = {name.strip().lower(): name for name in columns if name.strip().lower() in TEXT_NAMES}
    if TEXT in known or len(known) == 1:
        return known.get(TEXT, next(iter(known.values())))
    raise DataProblem(
        f"which column holds the text is not clear: name it with --text. The input has: {', '.join(columns)}"
    )


def _standard_input() -> Rows:
    return Rows((TEXT,), lambda: stream_lines(sys.stdin.buffer, "standard input"))


def _added_columns(plain_names: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return the names of the new columns, other than those that are there."""
    added: list[str] = []
    for plain_name in plain_names:
        name = plain_name
        while name in columns or name in added:
            name = f"predicted_{name}"
        added.append(name)
    return added


def _labelled(
    classifier: TextClassifier,
    labelling: Labelling,
    rows: Rows,
    column: str,
    added: Sequence[str],
    batch_size: int,
) -> Iterator[Row]:
    for chunk in _chunks(rows.stream()):
        logits = classifier.logits([cell(row.get(column)) or "" for row in chunk], batch_size)
        for row, values in zip(chunk, labelling.values(logits), strict=True):
            yield {**row, **dict(zip(added, values, strict=True))}


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK_ROWS)):
        yield chunk
