"""INSERT statements that support ON CONFLICT."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from automl.storage.database.url import POSTGRESQL


def insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT statement with support for ON CONFLICT, which both databases have.

    Args:
        dialect: SQLAlchemy's name of the dialect, `postgresql` or `sqlite`.
        table: the table.
    """
    return postgresql.insert(table) if dialect == POSTGRESQL else sqlite.insert(table)
