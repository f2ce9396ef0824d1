"""Rows in the place of texts, for a model that asks for columns beside the text."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, JsonValue, create_model

from automl.core import DataProblem
from automl.export import check_fields, require_columns
from automl.serving.limits import Limits
from trials.data import RowForm
from trials.errors import DataError


def row_request(form: RowForm, limits: Limits) -> type[BaseModel]:
    """Return the body of a request with rows, so that the page about the service tells the columns and the limits.

    Args:
        form: the form of the rows.
        limits: what requests may cost.
    """
    description = f"Rows with the columns {', '.join(form.columns)}; cells may be null."
    return create_model(
        "Request",
        __config__=ConfigDict(extra="forbid"),
        rows=(
            Annotated[
                list[dict[str, JsonValue]], Field(min_length=1, max_length=limits.texts, description=description)
            ],
            ...,
        ),
        probabilities=(bool, Field(default=False, description="Give the probability of each label, too.")),
    )


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
