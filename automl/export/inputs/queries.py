"""Streams the rows of a query to a database."""

from collections.abc import Iterator

from automl.export.inputs.rows import Row, Rows
from automl.sources import run_query, value_as_text


def query_rows(address: str, sql: str) -> Rows:
    """Return the rows of a query, which can be streamed once; bytes that are UTF-8 are text.

    Args:
        address: the SQLAlchemy URL of the database.
        sql: the query.

    Raises:
        DataProblem: the database does not answer, or rejects the query.
    """
    query = run_query(address, sql)

    def stream() -> Iterator[Row]:
        for row in query.rows:
            yield dict(zip(query.columns, map(value_as_text, row), strict=True))

    return Rows(query.columns, stream)
