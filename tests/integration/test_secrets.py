"""A database password is nowhere but in the command line that the user typed."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.integration.command import automl, write_reviews
from tests.integration.running import search
from tests.postgres import Postgres

USER, PASSWORD = "careful", "s3cretHorse"
RAY_FOLDER = Path("/tmp/ray")


@pytest.fixture(scope="module")
def urls(postgres: Postgres) -> Iterator[tuple[str, str]]:
    """Two databases of a user who needs a password: for the studies and for MLflow."""
    rules = postgres.folder / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all {USER} scram-sha-256\n{before}")
    postgres.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
    postgres.execute("SELECT pg_reload_conf()")
    names = [postgres.create(), postgres.create()]
    for name in names:
        postgres.execute(f"ALTER DATABASE {name} OWNER TO {USER}")
    studies, runs = (postgres.url(name, USER, PASSWORD) for name in names)
    yield studies, runs
    for name in names:
        postgres.drop(name)
    postgres.execute(f"DROP ROLE {USER}")
    rules.write_text(before)
    postgres.execute("SELECT pg_reload_conf()")


def dump(postgres: Postgres, url: str) -> str:
    """Every row of every table."""
    database = url.partition("?")[0].rpartition("/")[2]
    tables = postgres.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database)
    rows = (postgres.execute(f'SELECT t::text FROM "{table}" t', database) for (table,) in tables)
    return "\n".join(str(row) for table in rows for row in table)


def files_with(word: bytes, *folders: Path) -> list[Path]:
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in found if word in path.read_bytes()]


def shown_by_processes() -> Iterator[str]:
    for process in psutil.process_iter():
        try:
            yield " ".join(process.cmdline())
        except psutil.Error:
            continue


@pytest.mark.slow
def test_a_search_leaves_it_nowhere(tmp_path: Path, postgres: Postgres, urls: tuple[str, str]) -> None:
    studies, runs = urls
    write_reviews(tmp_path / "reviews.csv", rows=300)
    sessions = set(RAY_FOLDER.glob("session_2*"))
    places = ("--set", f"storage={studies}", f"--tracking-uri={runs}")
    searching = search(tmp_path, *places, "--trials", 2, "--epochs", 1)
    try:
        while searching.process.poll() is None:
            if "Starting Ray" in searching.said:  # before that, the command as it was typed may show for a moment
                assert not [shown for shown in shown_by_processes() if PASSWORD in shown]
            time.sleep(0.2)
    finally:
        searching.kill()
    assert searching.end() == 0, searching.said
    assert PASSWORD not in searching.said
    for url, known in ((studies, "automl.experiment"), (runs, "validation/macro_f1")):
        everything = dump(postgres, url)
        assert known in everything
        assert PASSWORD not in everything
    written = set(RAY_FOLDER.glob("session_2*")) - sessions
    assert written
    assert files_with(PASSWORD.encode(), tmp_path, *written) == []


def test_an_error_shows_it_neither(tmp_path: Path, urls: tuple[str, str]) -> None:
    studies, _ = urls
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(studies.replace("+psycopg", "").replace(PASSWORD, "wrong" + PASSWORD))
    for storage in (studies.replace(PASSWORD, f"wrong{PASSWORD}"), studies.replace("://", "nonsense://")):
        done = automl("studies", "--storage", storage, cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith("error: ") and PASSWORD not in done.stdout + done.stderr
