"""Rows in the place of texts, for a model that asks for columns beside the text."""

from collections.abc import Mapping, Sequence

from fastapi import HTTPException

from automl.core import DataProblem
from automl.export import check_fields, require_columns
from automl.serving.limits import Limits
from trials.data import RowForm
from trials.errors import DataError


def row_texts(rows: Sequence[Mapping[str, object]], form: RowForm, limits: Limits) -> list[str]:
    """Return the texts of rows.

    Args:
        rows: values by column.
        form: the form of the rows.
        limits: what requests may cost.

    Raises:
        HTTPException: a path leads nowhere in all rows; or a row lacks a column, has something else than a number in
            one of numbers, or is too long, and it says which row.
    """
    try:
        check_fields(rows, form)
    except DataProblem as error:
        raise HTTPException(422, str(error)) from error
    texts = []
    for number, row in enumerate(rows):
        try:
            require_columns(form, tuple(row))
            text = form.text_of(row)
        except (DataProblem, DataError) as error:
            raise HTTPException(422, f"row {number}: {error}") from error
        if len(text) > limits.characters:
            raise HTTPException(422, f"row {number} must have at most {limits.characters} characters, not {len(text)}")
        texts.append(text)
    return texts
