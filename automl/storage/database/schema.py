"""The schema version of our tables, which are created and upgraded when a database is opened."""

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table

from automl.core import WorkspaceError
from automl.storage.database.tables import VERSION_TABLE

NEWEST = "0001"
"""The revision that this program works with: the last file in `migrations/versions`."""

MIGRATIONS = Path(__file__).parent / "migrations"


def read_version(engine: Engine) -> str | None:
    """Return the revision of our tables, read through `engine` without importing Alembic; None if there are none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))


def migrate(engine: Engine, version: str | None, where: str) -> None:
    """Upgrade our tables from `version` to the newest revision in one transaction. `where` is for messages.

    Raises:
        WorkspaceError: a newer program has created the tables.
    """
    from alembic import command  # noqa: PLC0415 - imported only when there is something to do
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise WorkspaceError(
            f"the database of studies at {where} must be of this version of transformer-automl or an older one, "
            f"but a newer version created it (its tables are of revision {version!r}); upgrade transformer-automl"
        )
    with engine.connect() as connection:
        _begin(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _begin(connection: Connection) -> None:
    """Begin a transaction that includes schema changes: SQLite's driver does not begin one for those by itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
