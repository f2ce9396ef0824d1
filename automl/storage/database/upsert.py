"""Insertions that may meet a row that exists already."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from automl.storage.database.url import POSTGRESQL


def insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insertion that can say what to do where the row is there already; both databases say it alike."""
    return postgresql.insert(table) if dialect == POSTGRESQL else sqlite.insert(table)
