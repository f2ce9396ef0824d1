import pytest

from automl.sources import address as module
from automl.sources.address import (
    absolute_address,
    is_address,
    reading_sentence,
    source_problems,
    source_title,
    stored_source,
)

DATABASE = "postgresql+psycopg://me:s3cret@host/shop_reviews"


@pytest.mark.parametrize("source", [DATABASE, "sqlite:///reviews.db", "hf://org/name", "https://host/a.csv"])
def test_addresses(source: str) -> None:
    assert is_address(source)


@pytest.mark.parametrize("source", ["bbc-news", "reviews.csv", "/data/a:b.csv", "C:\\data\\a.csv", "", "a//b"])
def test_paths_and_corpora_are_no_addresses(source: str) -> None:
    assert not is_address(source)


def test_a_database_needs_a_query_and_a_query_a_database() -> None:
    assert source_problems(DATABASE, "SELECT 1") is None
    assert source_problems("reviews.csv", None) is None
    assert source_problems("hf://org/name", None) is None
    without = source_problems(DATABASE, None)
    assert without is not None and '--sql "SELECT text, label FROM reviews"' in without
    assert "s3cret" not in without
    for source in ("reviews.csv", "hf://org/name"):
        assert "needs the URL of a database as the source" in (source_problems(source, "SELECT 1") or "")


def test_titles() -> None:
    titles = {
        DATABASE: "shop_reviews",
        f"{DATABASE}?host=/tmp/socket": "shop_reviews",
        "sqlite:////data/reviews.db": "reviews",
        "mysql://host": "database",
        "bbc-news": "bbc-news",
        "/data/my.reviews.csv": "my.reviews",
    }
    assert {source: source_title(source) for source in titles} == titles


def test_a_file_of_sqlite_becomes_an_absolute_path(tmp_path) -> None:
    assert absolute_address("sqlite:///reviews.db", tmp_path) == f"sqlite:///{tmp_path}/reviews.db"
    assert absolute_address("sqlite:////data/reviews.db", tmp_path) == "sqlite:////data/reviews.db"
    assert absolute_address("sqlite://", tmp_path) == "sqlite://"
    assert absolute_address(DATABASE, tmp_path) == DATABASE


def test_what_is_stored_has_no_password_and_is_found_from_any_folder(tmp_path) -> None:
    assert stored_source(DATABASE, tmp_path) == "postgresql+psycopg://me@host/shop_reviews"
    assert stored_source("sqlite:///reviews.db", tmp_path) == f"sqlite:///{tmp_path}/reviews.db"
    assert stored_source("reviews.csv", tmp_path) == str(tmp_path / "reviews.csv")
    assert stored_source("imdb", tmp_path) == "imdb"


def test_what_may_take_a_while_is_told_before(tmp_path, monkeypatch) -> None:
    assert reading_sentence(DATABASE) == "Reading postgresql+psycopg://me:***@host/shop_reviews"
    (tmp_path / "rows.csv").write_text("text,label\n")
    assert [reading_sentence(source) for source in (str(tmp_path / "rows.csv"), "imdb", "a\0b")] == [None] * 3
    monkeypatch.setattr(module, "LARGE_FILE", 5)
    assert reading_sentence(str(tmp_path / "rows.csv")) == "Reading rows.csv, 0 MB"
