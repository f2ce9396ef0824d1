import sqlite3
from pathlib import Path

from automl.export.inputs import query_rows


def test_values_keep_their_types_and_order(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE reviews (body, stars, seen)")
        connection.executemany("INSERT INTO reviews VALUES (?, ?, ?)", [(b"b", 2, None), ("a", 1.5, b"\xff")])
    connection.close()
    rows = query_rows(f"sqlite:///{tmp_path / 'shop.db'}", "SELECT * FROM reviews ORDER BY stars DESC")
    assert rows.columns == ("body", "stars", "seen")
    assert list(rows.stream()) == [
        {"body": "b", "stars": 2, "seen": None},
        {"body": "a", "stars": 1.5, "seen": b"\xff"},
    ]
