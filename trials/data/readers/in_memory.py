"""Tables that are in memory already: of pandas, Polars, Arrow, Hugging Face `datasets`, or plain Python."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from trials.data.readers.arrow import arrow_table, check_names
from trials.data.readers.file_facts import FileFacts
from trials.data.readers.table import Cells, Table, cell
from trials.errors import DataError

if TYPE_CHECKING:
    import datasets
    import pandas as pd
    import pyarrow as pa

_KINDS = (
    "a pandas or Polars DataFrame, an Arrow table, a Dataset of Hugging Face, a list of dictionaries or a dictionary "
    "of columns"
)

_TEXT = "text"
"""What the column of a Series is called."""


def table_in_memory(data: object, name: str = "data") -> Table:
    """Return the columns of a table that is in memory, with cells as the readers of files give them.

    None, NaN and the missing values of pandas and Polars are missing cells; class ids of a Dataset become class names.

    Args:
        data: a pandas or Polars DataFrame, a Series (the column `text`), any object with Arrow's stream interface
            (`__arrow_c_stream__`), a Dataset of Hugging Face, a sequence of mappings (one a row), or a mapping from
            column names to sequences.
        name: what the table is called in messages.

    Raises:
        DataError: `data` is no such table, a name of a column is repeated, or columns differ in length.
    """
    module = type(data).__module__.partition(".")[0]
    if module == "datasets":
        return _of_dataset(name, cast("datasets.Dataset", data))
    if module == "pandas" and hasattr(data, "columns"):
        return _of_pandas(name, cast("pd.DataFrame", data))
    if module == "pandas" and type(data).__name__ == "Series":
        return _of_pandas(name, cast("pd.Series[Any]", data).to_frame(_TEXT))
    if hasattr(data, "__arrow_c_stream__"):
        kind = "Arrow table" if module == "pyarrow" else f"{module.capitalize()} table"
        return arrow_table(name, _of_stream(name, data), {}, kind)
    if isinstance(data, Mapping):
        return _of_columns(name, {str(key): list(values) for key, values in data.items()}, "columns in memory")
    if isinstance(data, Sequence) and data and all(isinstance(row, Mapping) for row in data):
        names = dict.fromkeys(key for row in data for key in row)
        return _of_columns(name, {str(key): [row.get(key) for row in data] for key in names}, "rows in memory")
    raise DataError(f"{name} must be {_KINDS}, not {type(data).__module__}.{type(data).__qualname__}.")


def _of_stream(name: str, data: object) -> "pa.Table":
    """Return a table with Arrow's stream interface; a single column, such as a Series of Polars, is called `text`."""
    import pyarrow as pa  # noqa: PLC0415  (of those that come with Arrow)

    try:
        return pa.table(data)
    except (pa.ArrowException, TypeError):
        pass
    try:
        return pa.table({_TEXT: pa.chunked_array(data)})
    except (pa.ArrowException, TypeError) as error:
        raise DataError(f"{name} must be {_KINDS}, but Arrow cannot read it as a table: {error}") from error


def _of_columns(name: str, columns: Mapping[str, Sequence[object]], kind: str) -> Table:
    lengths = {column: len(values) for column, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"{name} must have columns of equal length, but they have: {lengths}.")
    cells: dict[str, Cells] = {column: [cell(value) for value in values] for column, values in columns.items()}
    return Table(name, cells, (FileFacts(name, kind, next(iter(lengths.values()), 0)),))


def _of_pandas(name: str, frame: "pd.DataFrame") -> Table:
    names = [str(column) for column in frame.columns]
    check_names(name, names)
    columns: dict[str, list[object]] = {}
    for number, column in enumerate(names):
        series = frame.iloc[:, number]
        columns[column] = series.astype(object).where(series.notna(), None).tolist()
    return _of_columns(name, columns, "pandas table")


def _of_dataset(name: str, dataset: "datasets.Dataset") -> Table:
    if not hasattr(dataset, "with_format") or not hasattr(dataset, "num_rows") or isinstance(dataset.num_rows, dict):
        raise DataError(
            f"{name} must be one Dataset, not {type(dataset).__qualname__}: choose a split of it, "
            "and load a stream with streaming=False."
        )
    table = dataset.with_format("arrow")[:]
    return arrow_table(name, table, dataset.features.to_dict(), "Dataset")
