from pathlib import Path

import pytest

from automl.export.inputs.delimited import delimited_rows
from automl.export.inputs.rows import Row


def read(path: Path, text: str) -> tuple[tuple[str, ...], list[Row]] | None:
    """Columns and rows of a file with this text; None where the reader of the training has to make sense of it."""
    path.write_text(text, encoding="utf-8", newline="")
    rows = delimited_rows(path)
    return None if rows is None else (rows.columns, list(rows.stream()))


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


@pytest.fixture
def tsv(tmp_path: Path) -> Path:
    return tmp_path / "rows.TSV"


def test_the_delimiter_is_the_one_that_gives_every_row_its_cells(csv):
    assert read(csv, "id;body\n1;one, two\n2;three\n") == (
        ("id", "body"),
        [{"id": "1", "body": "one, two"}, {"id": "2", "body": "three"}],
    )


@pytest.mark.parametrize(
    "text",
    [
        "a,b;c\n1,2;3\n",  # two delimiters would do
        "id,body\n1,one\n2,two,too many\n",
        "id,id\n1,2\n",
        "id,\n1,2\n",
        'id,body\n1,"never closed\n',
        'id,body\n1,"closed" and on\n',
        "",
        "\n\n",
    ],
)
def test_what_is_not_clear_is_left_to_the_reader_of_the_training(csv, text):
    assert read(csv, text) is None


def test_another_encoding_is_left_to_it_too(csv):
    csv.write_bytes("id,body\n1,café\n".encode("cp1252"))
    assert delimited_rows(csv) is None


def test_a_tsv_is_split_at_tabs_only_and_quotes_in_it_are_not_clear(tsv):
    assert read(tsv, "id\tbody\n1\tone, two; three\n") == (("id", "body"), [{"id": "1", "body": "one, two; three"}])
    assert read(tsv, 'id\tbody\n1\tsaid "so"\n') is None


def test_blank_lines_are_no_rows_but_an_empty_text_in_its_row_is_one(csv):
    text = "id,body\r\n\r\n1,\r\n , \r\n2,two\r\n"
    assert read(csv, text) == (("id", "body"), [{"id": "1", "body": ""}, {"id": "2", "body": "two"}])
    assert read(csv, 'body\n\none\n""\n \n') == (("body",), [{"body": "one"}, {"body": ""}, {"body": " "}])


def test_a_header_alone_has_no_rows(csv):
    assert read(csv, "\ufeffid , body\n") == (("id", "body"), [])


def test_each_stream_begins_anew_and_a_row_is_read_when_it_is_asked_for(csv):
    csv.write_text("body\none\ntwo\n")
    rows = delimited_rows(csv)
    first, second = rows.stream(), rows.stream()
    assert [next(first), next(second), next(first)] == [{"body": "one"}, {"body": "one"}, {"body": "two"}]
