"""The columns of new rows that a model reads."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from automl.core import DataProblem, UsageError, unknown_name
from automl.export.export_model import trained_text_columns
from automl.export.inputs import TEXT, Row, Rows
from trials.data import TEXT_NAMES, RowForm, has_column, read_row_form
from trials.errors import ClassifierError


def model_form(folder: Path | str) -> RowForm | None:
    """Return the form of the rows that the model in `folder` asks for; None if it reads texts alone.

    Raises:
        UsageError: the file that says so is damaged.
    """
    try:
        return read_row_form(Path(folder))
    except ClassifierError as error:
        raise UsageError(str(error)) from error


def choose_form(rows: Rows, requested: str | Sequence[str] | None, folder: Path) -> RowForm:
    """Return the form of new rows: the text columns that are named, or else those of the model, and those beside them.

    Args:
        rows: the rows.
        requested: the text columns that the user named; None if none.
        folder: the folder of the model.

    Raises:
        DataProblem: a column that the model reads is missing, holds no text, or cannot be determined.
    """
    known = model_form(folder)
    form = known or RowForm()
    beside = {column.name for column in form.also}
    others = [name for name in rows.columns if name not in beside]
    text = choose_text_columns(others, requested, form.text or trained_text_columns(folder))
    found = replace(form, text=text) if known is None else _renamed(known, text)
    require_columns(found, rows.columns)
    _check_holds_text(rows, text)
    _check_parts(rows, found)
    return found


def require_columns(form: RowForm, columns: Sequence[str], rows: Sequence[Row] = ()) -> None:
    """Refuse rows without a column that a model reads.

    Args:
        form: the form of its rows.
        columns: the columns of the new rows.
        rows: the new rows, if they are at hand.

    Raises:
        DataProblem: one is missing, or is a path that leads nowhere in all `rows`.
    """
    if missing := form.missing(columns):
        needed = " and ".join(map(repr, form.columns))
        raise DataProblem(
            f"the model reads the columns {needed}, but the input has no {missing[0]!r}: add it; cells beside the text "
            f"may be empty. The input has: {', '.join(columns)}"
        )
    check_fields(rows, form)


def choose_text_columns(
    columns: Sequence[str], requested: str | Sequence[str] | None, trained: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns `requested`, else `trained`, else the only column, else one with a well-known name.

    Args:
        columns: the columns of the input.
        requested: the columns that the user named; None if none.
        trained: the columns that the model was trained on; empty if unknown.

    Raises:
        DataProblem: one of `requested` does not exist, or no text column can be determined; the message lists the
            columns.
    """
    if requested is not None:
        named = (requested,) if isinstance(requested, str) else tuple(requested)
        for name in named:
            if not has_column(columns, name):
                raise DataProblem(unknown_name("column", name, columns))
        return named
    missing = [name for name in trained if not has_column(columns, name)]
    if trained and not missing:
        return tuple(trained)
    if len(trained) > 1:
        raise DataProblem(
            f"the model was trained on the columns {' and '.join(trained)}, but the input has no {missing[0]!r}: name "
            f"its columns with --text, once for each. The input has: {', '.join(columns)}"
        )
    if len(columns) == 1:
        return (columns[0],)
    known = {name.strip().lower(): name for name in columns if name.strip().lower() in TEXT_NAMES}
    if TEXT in known or len(known) == 1:
        return (known.get(TEXT, next(iter(known.values()))),)
    raise DataProblem(
        f"which column holds the text is not clear: name it with --text. The input has: {', '.join(columns)}"
    )


def _renamed(form: RowForm, text: tuple[str, ...]) -> RowForm:
    """Return the form with the cells of the columns `text` in the places of its own; the same columns keep theirs."""
    if set(text) == set(form.text):
        return form
    if len(text) != len(form.text):
        raise DataProblem(
            f"the model reads {len(form.text)} text columns ({' and '.join(form.text)}), so --text must name as many, "
            f"in this order, not {len(text)} ({' and '.join(text)})"
        )
    return replace(form, text=text, names=form.text)


def _check_holds_text(rows: Rows, text: Sequence[str]) -> None:
    kinds = {name: kind for facts in rows.found for name, kind in facts.left_out}
    for name in text:
        if name in kinds:
            raise DataProblem(f"the text column must hold text, but {name!r} holds {kinds[name]}")


def _check_parts(rows: Rows, form: RowForm) -> None:
    """Refuse a file or split without the text, so that all its texts would be empty."""
    for part, columns in rows.parts.items():
        if missing := [name for name in form.columns if not has_column(columns, name)]:
            kind = "text column" if missing[0] in form.text else "column"
            raise DataProblem(
                f"each part of the input must have the {kind} {missing[0]!r}, but {part} has: "
                f"{', '.join(columns)}. Label the parts one at a time, or give the column one name in all of them"
            )


def check_fields(rows: Sequence[Row], form: RowForm) -> None:
    """Refuse a path that leads nowhere in the first rows, so that all its cells would be empty.

    Args:
        rows: the first rows.
        form: the form of the rows.

    Raises:
        DataProblem: there is such a path.
    """
    for name in form.leading_nowhere(rows):
        what, advice = "what stands beside the text", "give it a value, which may be empty, in one of the rows"
        if name in form.text:
            what, advice = "the text", "name the column or the path with --text"
        raise DataProblem(
            f"{what} must lie at {name!r}, but the first {len(rows)} rows have nothing there: {advice}. "
            f"The input has: {', '.join(dict.fromkeys(key for row in rows for key in row))}"
        )
