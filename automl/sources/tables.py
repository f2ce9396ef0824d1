"""Tables of data that is no file here."""

from dataclasses import replace

from automl.core import DataProblem
from automl.sources.address import is_address, is_hub, source_title
from automl.sources.database import Query, run_query, value_as_text
from automl.sources.hub import hub_splits, names_to_search, parse_hub
from trials.data import TRAIN, DataOptions
from trials.data.readers import Cells, FileFacts, Table, cell, table_in_memory, unused_splits, with_losses
from trials.errors import DataError


def with_tables(options: DataOptions, sql: str | None) -> DataOptions:
    """Return options with the rows of a database or of a data set of the hub, if the source is one.

    Args:
        options: where the data lies.
        sql: the query that gives the rows; None if the source is no database.

    Raises:
        DataProblem: the rows cannot be had.
    """
    if not is_address(options.source):
        return options
    title = source_title(options.source)
    if is_hub(options.source):
        return replace(options, name=title, tables=_tables_of_hub(options.source))
    if sql is None:
        raise DataProblem(f"there must be a query for the rows of {title}, but none was given")
    query = run_query(options.source, sql)
    return replace(options, source=query.title, name=title, tables={TRAIN: _table(query, sql)}, in_order=False)


def _tables_of_hub(source: str) -> dict[str, Table]:
    title = parse_hub(source).title
    splits = hub_splits(source)
    names = names_to_search(splits, source)
    try:
        tables = {
            split: table_in_memory(splits[name], title if split == TRAIN else f"{title} ({split})")
            for split, name in names.items()
        }
    except DataError as error:
        raise DataProblem(str(error)) from error
    return with_losses(tables, unused_splits(splits, names.values()))


def _table(query: Query, sql: str) -> Table:
    """Read all rows; bytes that are UTF-8 are text, and columns of other bytes are left out."""
    cells: list[list[str | None]] = [[] for _ in query.columns]
    left_out: dict[str, str] = {}
    for row in query.rows:
        for name, column, value in zip(query.columns, cells, row, strict=True):
            text = value_as_text(value)
            if isinstance(text, bytes):
                left_out[name] = "bytes"
            column.append(None if name in left_out else cell(text))
    rows = len(cells[0])
    if rows == 0:
        raise DataProblem(f"the query must give rows, but it gives none on {query.title}: {sql!r}")
    columns: dict[str, Cells] = {
        name: column for name, column in zip(query.columns, cells, strict=True) if name not in left_out
    }
    return Table(query.title, columns, (FileFacts(query.title, "query", rows, left_out=tuple(left_out.items())),))
