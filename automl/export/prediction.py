"""Labels new texts: writes the input rows with a label and probabilities added."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from automl.core import DataProblem, UsageError
from automl.decisions import read_decision
from automl.export.export_model import trained_task
from automl.export.inputs import TEXT, Row, Rows, hub_rows, open_folder, open_rows, query_rows, stream_lines
from automl.export.labelling import (
    A_NUMBER,
    SEVERAL_LABELS,
    Answers,
    Labelling,
    check_labelling,
    check_no_choice,
    label_sets_of,
    numbers_of,
)
from automl.export.load_model import load_classifier, model_thresholds
from automl.export.own_process import set_up_own_process
from automl.export.prediction_writers import check_target, open_writer
from automl.export.row_form import choose_form
from automl.export.text_source import ScoreElsewhere, TextSource, scored_elsewhere, scored_here
from automl.sources import idle_options, is_address, is_hub, source_problems
from trials.data.readers import READ_OPTIONS, ReadOptions
from trials.errors import DataError
from trials.files import TEXTS_AT_ONCE
from trials.metrics import Logits
from trials.tasks import ORDINAL, REGRESSION, task_of_model


def predict(
    folder: Path,
    source: Path | str | None = None,
    target: Path | None = None,
    text_column: str | Sequence[str] | None = None,
    batch_size: int = TEXTS_AT_ONCE,
    *,
    sql: str | None = None,
    spreadsheet: bool = False,
    read: ReadOptions = READ_OPTIONS,
    reject: float | None = None,
    coverage: float | None = None,
    plain: bool = False,
    elsewhere: ScoreElsewhere | None = None,
    say: Callable[[str], object] = lambda _: None,
) -> int:
    """Add `label`, `probability` and `probability_<label>` to each row.

    A model of several labels a text adds `labels` instead of `label` and `probability`: a list in JSON Lines, and else
    the names joined by `|`. A model of numbers adds one column, with the name of what it was trained on.

    Labels are chosen as `decision.json` in the model folder says, if there is one, and probabilities are calibrated by
    its temperature.

    Rows keep their order and their columns. A new column whose name already exists in the input is called
    `predicted_<name>`. A missing text counts as an empty one.

    Args:
        folder: a model folder, such as `runs/STUDY/best`.
        source: a file or folder of any format that a search reads, one text per line, or the address of a data set of
            the hub; with `sql`, the URL of a database; None: standard input, one text per line.
        target: CSV, TSV or JSON Lines file; None: CSV to standard output.
        text_column: the column that holds the text, or several; None: those that the model was trained on.
        batch_size: number of texts that are scored at a time.
        sql: the query that gives the rows, if the source is a database.
        spreadsheet: make CSV and TSV safe to open in a spreadsheet; if False, texts are written unchanged.
        read: how the input is read.
        reject: probability below which a row gets no label; None labels all rows.
        coverage: probability with which the column `labels`, a set of labels, has the true one; of a model of numbers,
            with which the true number lies between `<name>_low` and `<name>_high`; None: no such columns.
        plain: choose the most probable label, or by the model's own thresholds, whatever `decision.json` says.
        elsewhere: computes logits in other processes, such as those of a cluster; then the source must be a file or a
            folder. None: this process computes them.
        say: receives what the user should know about how the input was read, and how labels were chosen.

    Returns:
        The number of rows.

    Raises:
        UsageError: the model or the input does not exist, `sql` is given without a database, the output cannot be
            created, or `reject` or `coverage` cannot be used.
        DataProblem: the input cannot be read, or has no text column.
    """
    check_target(target, spreadsheet=spreadsheet)
    done = 0
    with _data_problems():
        given = _standard_input() if source is None else source
        columns, rows = label_rows(
            folder,
            given,
            text_column,
            batch_size,
            sql=sql,
            read=read,
            reject=reject,
            coverage=coverage,
            plain=plain,
            elsewhere=elsewhere,
            say=say,
        )
        set_up_own_process()
        with open_writer(target, columns, spreadsheet=spreadsheet) as writer:
            for row in rows:
                writer.write(row)
                done += 1
    return done


def label_rows(
    folder: Path,
    source: Path | str | Rows,
    text_column: str | Sequence[str] | None = None,
    batch_size: int = TEXTS_AT_ONCE,
    *,
    sql: str | None = None,
    read: ReadOptions = READ_OPTIONS,
    reject: float | None = None,
    coverage: float | None = None,
    plain: bool = False,
    elsewhere: ScoreElsewhere | None = None,
    say: Callable[[str], object] = lambda _: None,
) -> tuple[list[str], Iterator[Row]]:
    """Return the columns of `predict`'s output, and an iterator over its rows.

    Args:
        folder: a model folder, such as `runs/STUDY/best`.
        source: a file or folder of any format that a search reads, one text per line, or the address of a data set of
            the hub; with `sql`, the URL of a database; or rows.
        text_column: the column or columns that hold the text; None: those that the model was trained on.
        batch_size: number of texts that are scored at a time.
        sql: the query that gives the rows, if the source is a database.
        read: how the file is read.
        reject: probability below which a row gets no label; None labels all rows.
        coverage: probability with which the column `labels`, a set of labels, has the true one; of a model of numbers,
            with which the true number lies between `<name>_low` and `<name>_high`; None: no such columns.
        plain: choose the most probable label, or by the model's own thresholds, whatever `decision.json` says.
        elsewhere: computes logits in other processes, such as those of a cluster; then the source must be a file or a
            folder. None: this process computes them.
        say: receives what the user should know about how the file was read, and at the end how labels were chosen.

    Raises:
        UsageError: the model or the input does not exist, `sql` is given without a database, or `reject` or `coverage`
            cannot be used.
        DataProblem: the input cannot be read, or has no text column.
    """
    _check_source(source, sql)
    if elsewhere is not None:
        _check_file(source, sql)
    classifier = load_classifier(folder)
    labelling = _labelling(folder, classifier.label_names, reject, coverage, plain=plain)
    with _data_problems():
        rows = source if isinstance(source, Rows) else _open(str(source), sql, classifier.label_names, read)
    for message in _worth_saying(rows):
        say(message)
    form = choose_form(rows, text_column, folder)
    added = _added_columns(labelling.columns, rows.columns)
    if elsewhere is None:
        scored = scored_here(classifier, rows, form, batch_size)
    else:
        place = Path(str(source)).resolve()
        scored = scored_elsewhere(elsewhere, TextSource(place, classifier.label_names, read, form), rows)
    return [*rows.columns, *added], _labelled(scored, labelling, added, say)


def _labelling(
    folder: Path, label_names: Sequence[str], reject: float | None, coverage: float | None, *, plain: bool
) -> Answers:
    decision = read_decision(folder, label_names)
    if thresholds := model_thresholds(folder, label_names):
        check_no_choice(SEVERAL_LABELS, reject, coverage)
        return label_sets_of(label_names, thresholds, None if plain else decision)
    if task_of_model(label_names, thresholds) is REGRESSION:
        check_no_choice(A_NUMBER, reject, None, plain=plain)
        return numbers_of(label_names[0], coverage, decision)
    check_labelling(reject, coverage, decision)
    if plain and decision is not None:
        decision = replace(decision, goal="", offsets=None, costs=None)
    return Labelling(label_names, decision, reject, coverage, has_order=trained_task(folder) == ORDINAL.name)


def _check_source(source: Path | str | Rows, sql: str | None) -> None:
    if isinstance(source, Rows):
        if sql is not None:
            raise UsageError(
                "a query (--sql) needs the URL of a database as the input (--input), such as "
                "postgresql://me@host/reviews or sqlite:///reviews.db, but the input is a table in memory or standard "
                "input"
            )
        return
    if (problem := source_problems(str(source), sql)) is not None:
        raise UsageError(problem)
    if not is_address(str(source)) and not Path(source).exists():
        raise UsageError(f"the input must be a file or a folder that exists, not {str(source)!r}")


def _check_file(source: Path | str | Rows, sql: str | None) -> None:
    if isinstance(source, Rows) or sql is not None or is_address(str(source)):
        raise UsageError(
            "a cluster labels a file or a folder, which is read twice, so the input (--input) must be one: write the "
            "rows of the query, the data set or standard input into a file first"
        )


def _open(source: str, sql: str | None, label_names: Sequence[str], read: ReadOptions) -> Rows:
    if (problem := idle_options(source, read)) is not None:
        raise UsageError(problem)
    if sql is not None:
        return query_rows(source, sql)
    if is_hub(source):
        return hub_rows(source)
    path = Path(source)
    return open_folder(path, label_names, read) if path.is_dir() else open_rows(path, label_names, read)


@contextmanager
def _data_problems() -> Iterator[None]:
    try:
        yield
    except DataError as error:
        raise DataProblem(str(error)) from error


def _worth_saying(rows: Rows) -> tuple[str, ...]:
    """Return how the input was read if that was guessed, and what was not read as it stands."""
    said: list[str] = []
    for facts in rows.found:
        said += [str(facts)] if facts.confidence is not None or facts.header is False else []
        said += replace(facts, left_out=()).warnings()
    return tuple(said)


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
    scored: Iterable[tuple[Sequence[Row], Logits]],
    labelling: Answers,
    added: Sequence[str],
    say: Callable[[str], object],
) -> Iterator[Row]:
    for chunk, logits in scored:
        for row, values in zip(chunk, labelling.values(logits), strict=True):
            yield {**row, **dict(zip(added, values, strict=True))}
    for sentence in labelling.summary():
        say(sentence)
