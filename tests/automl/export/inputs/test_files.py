import gzip
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.export.inputs import Row, open_rows
from trials.data.readers import ReadOptions, read_file
from trials.errors import DataError

LABELS = ("business", "sport")


def read(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    rows = open_rows(path, LABELS)
    first, second = list(rows.stream()), list(rows.stream())
    assert first == second  # each stream begins anew
    return rows.columns, first


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimited(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"id{delimiter}body\n1{delimiter}one\n\n2{delimiter}two words\n", encoding="utf-8-sig")
    assert read(path) == (("id", "body"), [{"id": "1", "body": "one"}, {"id": "2", "body": "two words"}])


def test_embedded_newlines_quotes_and_long_cells(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f'id,body\n1,"two\nlines, and ""quotes"""\n2,{"x" * 200_000}\n')
    _, rows = read(path)
    assert [row["body"] for row in rows] == ['two\nlines, and "quotes"', "x" * 200_000]


def test_a_single_column_is_enough_and_keeps_its_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('body\none\n""\n\n"two, three"\n')
    assert read(path) == (("body",), [{"body": "one"}, {"body": ""}, {"body": ""}, {"body": "two, three"}])


def test_empty_rows_of_another_width_are_rows_and_what_is_skipped_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,body,more\n1,one,\n,\n2,two,\n")
    assert [row["body"] for row in read(path)[1]] == ["one", "", "two"]
    path.write_text("\nbody one\n\nbody two\n")
    opened = open_rows(path, LABELS, ReadOptions(header=False))
    assert [row["1"] for row in opened.stream()] == ["body one", "", "body two"]
    assert "1 lines without content above the first row" in opened.found[0].warnings()[0]


def test_empty_rows_above_the_header_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(",\n,\nid,body\n1,one\n,\n2,two\n")
    columns, rows = read(path)
    assert (columns, [row["body"] for row in rows]) == (("id", "body"), ["one", "", "two"])


def test_what_is_not_well_formed_is_read_as_in_training(tmp_path: Path) -> None:
    tsv = tmp_path / "rows.tsv"
    tsv.write_text('id\tbody\n1\t"so he said\n2\tand so" on\n')
    assert [row["body"] for row in read(tsv)[1]] == ['"so he said', 'and so" on']
    older = tmp_path / "rows.csv"
    older.write_bytes("id,body\n1,un café très agréable à côté de l'hôtel\n".encode("cp1252"))
    assert read(older)[1][0]["body"] == "un café très agréable à côté de l'hôtel"


def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,body\n1,one\n2,two,too many\n")
    with pytest.raises(DataError, match=r"rows\.csv, line 3"):
        read(path)


def test_json_lines_keep_types_and_know_every_key(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"body": "one", "stars": 4}\n\n{"body": "a\u2028b", "tags": ["x"]}\n')
    columns, rows = read(path)
    assert columns == ("body", "stars", "tags")
    assert rows == [{"body": "one", "stars": 4}, {"body": "a\u2028b", "tags": ["x"]}]
    path.write_text('{"body": "one"}\n{"body": \n')
    with pytest.raises(DataError, match="line 2"):
        read(path)


def test_a_json_array(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"body": "one", "stars": 4},\n {"body": "two"}]')
    assert read(path) == (("body", "stars"), [{"body": "one", "stars": 4}, {"body": "two"}])


def test_json_in_an_older_encoding_and_with_a_byte_order_mark(tmp_path: Path) -> None:
    path, text = tmp_path / "rows.jsonl", '\n{"body": "déjà vu", "stars": 4}\n'
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        path.write_bytes(text.encode(encoding))
        assert read(path) == (("body", "stars"), [{"body": "déjà vu", "stars": 4}]), encoding


def test_parquet_keeps_every_column(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"body": ["one", None], "scores": [[1.0], [2.0]]}), path)
    assert read(path) == (("body", "scores"), [{"body": "one", "scores": [1.0]}, {"body": None, "scores": [2.0]}])
    path.write_bytes(b"no parquet")
    with pytest.raises(DataError, match="must be a Parquet file"):
        read(path)


def test_text_is_one_text_a_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_bytes(b"one\r\n\nthree\twith a tab")
    assert read(path) == (("text",), [{"text": "one"}, {"text": ""}, {"text": "three\twith a tab"}])
    path.write_bytes("déjà vu, à côté de l'hôtel\n".encode("cp1252"))
    assert read(path)[1] == [{"text": "déjà vu, à côté de l'hôtel"}]


def test_labelled_text_as_for_training_is_not_taken_for_text(tmp_path: Path) -> None:
    path = tmp_path / "test.txt"
    path.write_text("sport\ta goal\nbusiness\ta price\n")
    assert read(path)[1] == [{"label": "sport", "text": "a goal"}, {"label": "business", "text": "a price"}]
    path.write_text("sport\ta goal\nnews\ta price\n")
    assert read(path)[0] == ("text",)


def test_an_unknown_suffix_lists_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "rows.docx"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(DataError, match=r"\.csv"):
        read(path)


def test_rows_whose_cells_are_all_empty_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('body,id\none,1\n,\n\n"",""\ntwo,2\n')
    assert [row["body"] for row in read(path)[1]] == ["one", "", "", "two"]
    path.write_text("body,id\none,1\n,\ncafé,2\n", encoding="cp1252")
    assert [row["body"] for row in read(path)[1]] == ["one", "", "café"]


def test_a_single_column_needs_no_quotes_around_delimiters(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("body\nsuperb; lovely lamp\nawful, bad lamp\n")
    assert [row["body"] for row in read(path)[1]] == ["superb; lovely lamp", "awful, bad lamp"]


def test_bytes_of_a_parquet_file_that_are_utf_8_are_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"body": [b"one", None], "key": [b"\xff", b"\xfe"], "vector": [[1.0], [2.0]]}), path)
    columns, rows = read(path)
    assert (columns, [row["body"] for row in rows]) == (("body", "key", "vector"), ["one", None])
    assert open_rows(path, LABELS).found[0].left_out == (("vector", "list<element: double>"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the lamp was fine,sport\nthe chair was fine,sport\na lamp,sport\n", "--no-header"),
        ("a,b\n1,2\na,b\n", "repeats the header"),
        ("Reviews,\nbody,label\none,two\n", "title"),
    ],
)
def test_what_a_search_refuses_a_prediction_refuses(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    for reader in (open_rows, lambda path, _: read_file(path)):
        with pytest.raises(DataError, match=said):
            reader(path, LABELS)


def test_compressed_files_workbooks_and_arrow_files_are_read(tmp_path: Path) -> None:
    frame = pd.DataFrame({"body": ["one", "two"], "id": ["1", "2"]})
    frame.to_csv(tmp_path / "rows.csv.gz", index=False)
    frame.to_json(tmp_path / "rows.jsonl.xz", orient="records", lines=True)
    (tmp_path / "rows.parquet.gz").write_bytes(gzip.compress(frame.to_parquet()))
    frame.to_feather(tmp_path / "rows.feather")
    frame.to_excel(tmp_path / "rows.xlsx", index=False)
    (tmp_path / "rows.txt.gz").write_bytes(gzip.compress(b"one\ntwo\n"))
    expected = frame.to_dict(orient="records")
    for path in sorted(tmp_path.iterdir()):
        columns, rows = read(path)
        assert rows == (expected if "txt" not in path.name else [{"text": "one"}, {"text": "two"}]), (path, columns)
