import random
import sqlite3
from pathlib import Path

import datasets
import pytest

from automl.core import DataProblem
from automl.sources import tables
from automl.sources.tables import with_tables
from tests.trials.data.rows import examples
from trials.data import DataOptions, load_dataset

QUERY = "SELECT body AS text, mood AS label, seen FROM reviews"


def write(path: Path, rows: list[tuple[object, ...]]) -> str:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE reviews (body, mood, seen)")
        connection.executemany("INSERT INTO reviews VALUES (?, ?, ?)", rows)
    connection.close()
    return f"sqlite:///{path}"


def test_files_are_left_to_their_readers() -> None:
    options = DataOptions("reviews.csv")
    assert with_tables(options, None) is options


def test_cells_are_as_those_of_a_file(tmp_path: Path) -> None:
    rows = [("one", 1.0, b"bytes of text"), (b"two", True, b"\xff"), (None, None, 2)]
    options = with_tables(DataOptions(write(tmp_path / "shop.db", rows)), QUERY)
    assert options.tables is not None
    table = options.tables["train"]
    assert dict(table.columns) == {"text": ["one", "two", None], "label": ["1", "1", None]}
    assert table.left_out() == {"seen": "bytes"}
    assert (options.name, str(table.found[0])) == ("shop", f"sqlite:///{tmp_path}/shop.db: query, 3 rows")


def test_no_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="must give rows, but it gives none"):
        with_tables(DataOptions(write(tmp_path / "shop.db", [])), QUERY)


def test_splits_of_the_hub_that_are_not_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = datasets.Dataset.from_dict({"text": ["a"], "label": ["b"]})
    monkeypatch.setattr(tables, "hub_splits", lambda _: dict.fromkeys(("unsupervised", "train", "test", "extra"), rows))
    found = with_tables(DataOptions(f"hf://org/name@{'a' * 40}"), None).tables
    assert found is not None
    assert set(found) == {"train", "test"}
    (said,) = found["train"].found[0].warnings()
    assert (
        "2 splits stand for neither training nor validation nor test, and were not read: unsupervised, extra." in said
    )
    monkeypatch.setattr(tables, "hub_splits", lambda _: {"full": rows})
    found = with_tables(DataOptions(f"hf://org/name@{'a' * 40}"), None).tables
    assert found is not None
    assert not found["train"].found[0].warnings()


def test_the_order_of_the_rows_does_not_change_the_data_but_their_content_does(tmp_path: Path) -> None:
    """A database gives them in any order, unless the query says one."""
    rows = [(text, label, number) for number, (text, label) in enumerate(examples(60))]
    address = write(tmp_path / "shop.db", rows)

    def fingerprint() -> str:
        return load_dataset(with_tables(DataOptions(address), QUERY)).dataset.fingerprint

    before = fingerprint()
    random.Random(0).shuffle(rows)
    write(tmp_path / "shop.db", [(text, label, seen + 1) for text, label, seen in rows])
    assert fingerprint() == before
    write(tmp_path / "shop.db", rows[1:])
    assert fingerprint() != before
