from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.export.inputs.parquet import parquet_rows
from trials.errors import DataError


def test_rows_keep_their_order_over_groups_and_columns_their_types(tmp_path: Path) -> None:
    table = pa.table({"id": list(range(100)), "body": [f"text {number}" for number in range(99)] + [None]})
    pq.write_table(table, tmp_path / "rows.parquet", row_group_size=7)
    rows = parquet_rows(tmp_path / "rows.parquet")
    assert rows.columns == ("id", "body")
    assert list(rows.stream()) == table.to_pylist()
    assert next(rows.stream()) == {"id": 0, "body": "text 0"}, "each stream begins anew"


def test_no_rows_still_have_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": pa.array([], pa.string())}), tmp_path / "rows.parquet")
    rows = parquet_rows(tmp_path / "rows.parquet")
    assert (rows.columns, list(rows.stream())) == (("body",), [])


def test_a_file_that_is_damaged_within_is_told(tmp_path: Path) -> None:
    """Its first and last bytes are in order, so that this is seen only when its rows are read."""
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"body": [f"text {number}" for number in range(1000)]}), path, compression="snappy")
    content = bytearray(path.read_bytes())
    content[4:1000] = bytes(996)
    path.write_bytes(content)
    rows = parquet_rows(path)
    with pytest.raises(DataError, match="must be a Parquet file"):
        list(rows.stream())


@pytest.mark.parametrize("content", [b"", b"no parquet", b"PAR1 but no more PAR1"])
def test_what_is_no_parquet_file_is_told_by_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rows.parquet").write_bytes(content)
    with pytest.raises(DataError, match=r"rows\.parquet must be a Parquet file"):
        parquet_rows(tmp_path / "rows.parquet")


def test_a_repeated_name_of_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table([["a"], ["b"]], names=["text", "text"]), path)
    with pytest.raises(DataError, match="repeats text"):
        parquet_rows(path)
