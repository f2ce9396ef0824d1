import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from automl.core import DataProblem
from automl.sources.database import DATA_PASSWORD_VARIABLE, ROWS_AT_ONCE, run_query
from tests.postgres import Postgres

ROWS = [("a lamp", 1, 2.0), ("100% a: lamp", 0, 2.5)]


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """A database with the table `reviews`."""
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE reviews (body TEXT, stars INTEGER, price REAL)")
        connection.executemany("INSERT INTO reviews VALUES (?, ?, ?)", ROWS)
    connection.close()
    return f"sqlite:///{tmp_path / 'shop.db'}"


def refused(address: str, sql: str) -> str:
    with pytest.raises(DataProblem) as raised:
        list(run_query(address, sql).rows)
    return str(raised.value)


def test_rows_come_as_the_database_has_them(sqlite: str) -> None:
    query = run_query(sqlite, "SELECT * FROM reviews WHERE body LIKE '%a%' OR body = ':x'")
    assert query.columns == ("body", "stars", "price")
    assert list(map(tuple, query.rows)) == ROWS


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT * FROM review", "no such table: review"),
        ("SELEC 1", "syntax error"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("PRAGMA shrink_memory", "must give rows, as SELECT does"),
        ("SELECT body, body FROM reviews", "must name each column once, but it repeats body: rename one with AS"),
        ("SELECT abs(-9223372036854775808)", "must run on the database"),
    ],
)
def test_a_query_that_cannot_be_used_is_refused(sqlite: str, sql: str, words: str) -> None:
    assert words in refused(sqlite, sql)


def test_nothing_is_written(sqlite: str) -> None:
    for sql in ("DELETE FROM reviews RETURNING body", "DROP TABLE reviews"):
        assert "attempt to write a readonly database" in refused(sqlite, sql)
    assert len(list(run_query(sqlite, "SELECT * FROM reviews").rows)) == len(ROWS)


def test_no_file_is_made_or_changed(sqlite: str, tmp_path: Path) -> None:
    before = (tmp_path / "shop.db").read_bytes()
    for sql in (
        "PRAGMA journal_mode = wal",
        f"ATTACH '{tmp_path / 'other.db'}' AS other",
        f"VACUUM INTO '{tmp_path / 'copy.db'}'",
    ):
        assert "must run on the database" in refused(sqlite, sql)
    assert "there is no file" in refused(f"sqlite:///file:{tmp_path / 'gone.db'}?uri=true&mode=rwc", "SELECT 1")
    assert "there is no file" in refused(f"sqlite:///file:{tmp_path / 'gone.db'}", "SELECT 1")
    assert "there is no file" in refused("sqlite:///file:shop?mode=memory&uri=true", "SELECT 1")
    assert "there is no file" in refused("sqlite:///file:shop?uri=perhaps", "SELECT 1")
    assert [path.name for path in tmp_path.iterdir()] == ["shop.db"]
    assert (tmp_path / "shop.db").read_bytes() == before


@pytest.mark.filterwarnings("error")
def test_a_setting_in_the_url_has_an_effect_or_is_refused(sqlite: str) -> None:
    assert len(list(run_query(f"{sqlite}?mode=ro&timeout=5", "SELECT * FROM reviews").rows)) == len(ROWS)
    message = refused(f"{sqlite}?charset=utf8&mode=ro", "SELECT 1")
    assert "must have settings that it knows, not charset (" in message


def test_a_file_of_sqlite_may_have_any_name(sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = (tmp_path / "shop.db").rename(tmp_path / "100% a#b ü.db")
    monkeypatch.chdir(tmp_path)
    quoted = quote(quote(odd.name))  # once for the URL, once for the URI within
    for address in (f"sqlite:///{odd.name}", f"sqlite:///{odd}", f"sqlite:///file:{quoted}?uri=true&cache=private"):
        query = run_query(address, "SELECT * FROM reviews")
        assert list(map(tuple, query.rows)) == ROWS
        assert "mode" not in query.title


def test_a_database_that_is_none_is_refused_and_not_made(tmp_path: Path) -> None:
    assert "there is no file" in refused(f"sqlite:///{tmp_path / 'gone.db'}", "SELECT 1")
    assert not (tmp_path / "gone.db").exists()
    (tmp_path / "text.db").write_text("no database" * 100)
    assert "not a database" in refused(f"sqlite:///{tmp_path / 'text.db'}", "SELECT * FROM sqlite_master")
    assert "there is no file" in refused("sqlite://", "SELECT 1")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "oracle+oracledb://me:s3cret@host/x",
            "needs the Python package 'oracledb', which is missing",
        ),
        ("postgresql+psycopg2://me:s3cret@host/x", "pip install 'psycopg2-binary'"),
        ("nobase://me:s3cret@host/x", "SQLAlchemy knows, but it knows no 'nobase'"),
        ("postgresql://me:s3cr@et@host/x", "%40"),
        ("postgresql://db:5432/x?user=s3cr@host", "an @ after the port must be written with %40"),
        ("postgresql://me:s3cret@host:port/x", "must be the URL of a database"),
        ("postgresql://me:s3cret@127.0.0.1:1/x", "the database postgresql://me:***@127.0.0.1:1/x must answer, but"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(address: str, words: str) -> None:
    message = refused(address, "SELECT 1")
    assert words in message
    assert "s3cr" not in message


@pytest.fixture
def shop(postgres: Postgres) -> Iterator[tuple[str, str]]:
    """A database with many rows whose user needs a password: its URL with and without that."""
    rules = postgres.folder / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all reader scram-sha-256\n{before}")
    name = postgres.create()
    postgres.execute("CREATE ROLE reader LOGIN PASSWORD 's3cret'")
    postgres.execute("SELECT pg_reload_conf()")
    columns = "number, 'text ' || number AS body"
    postgres.execute(f"CREATE TABLE rows AS SELECT {columns} FROM generate_series(1, 12000) number", name)
    postgres.execute("GRANT SELECT ON rows TO reader", name)
    yield postgres.url(name, "reader", "s3cret"), postgres.url(name, "reader")
    postgres.drop(name)
    postgres.execute("DROP ROLE reader")
    rules.write_text(before)
    postgres.execute("SELECT pg_reload_conf()")


def test_rows_of_postgresql_are_streamed(shop: tuple[str, str]) -> None:
    query = run_query(shop[0], "SELECT body, 1 / (8000 - number) FROM rows;")
    first = [next(query.rows)[0] for _ in range(ROWS_AT_ONCE)]
    assert first[:2] == ["text 1", "text 2"]
    with pytest.raises(DataProblem, match="division by zero"):  # further rows were not computed before
        list(query.rows)


def test_nothing_is_written_to_postgresql_even_after_a_commit(shop: tuple[str, str]) -> None:
    setting = "current_setting('{}') AS {}"
    names = ("transaction_read_only", "default_transaction_read_only")
    query = run_query(shop[0], f"SELECT {', '.join(setting.format(name, name) for name in names)}")
    assert list(map(tuple, query.rows)) == [("on", "on")]


def test_a_password_comes_from_the_environment_and_is_in_no_message(
    shop: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_password, without = shop
    assert refused(without, "SELECT 1").endswith(f"({DATA_PASSWORD_VARIABLE} may have it)")
    monkeypatch.setenv(DATA_PASSWORD_VARIABLE, "s3cret")
    assert len(list(run_query(without, "SELECT * FROM rows").rows)) == 12_000
    query = run_query(with_password, "SELECT 1")
    assert len(list(query.rows)) == 1
    assert "s3cret" not in query.title
    assert '"***"' in refused(with_password, "SELECT * FROM rows WHERE number = 's3cret'")
    monkeypatch.setenv(DATA_PASSWORD_VARIABLE, "wrong")
    assert "password authentication failed" in refused(without, "SELECT 1")
