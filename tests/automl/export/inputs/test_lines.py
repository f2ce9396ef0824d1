from pathlib import Path

import pytest

from automl.export.inputs.lines import is_labelled, line_rows, stream_lines
from automl.export.inputs.rows import Rows
from trials.errors import DataError


def texts(rows: Rows) -> list[object]:
    return [row["text"] for row in rows.stream()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_output_row_n_belongs_to_line_n_whatever_the_encoding(tmp_path, encoding, end):
    path = tmp_path / "rows.txt"
    line = "déjà vu, à côté de l'hôtel"
    path.write_bytes(f"{line}{end or chr(10)}{end or chr(10)}{line}{end}".encode(encoding))
    assert texts(line_rows(path)) == [line, "", line]


def test_only_line_breaks_break_lines():
    lines = ["a\u2028b\x0cc\tafter a tab\n".encode(), b"  kept  \r\n", b"last"]
    assert [row["text"] for row in stream_lines(lines, "in")] == ["a\u2028b\x0cc\tafter a tab", "  kept  ", "last"]


def test_a_byte_order_mark_is_none_but_at_the_start():
    lines = ["\ufeffone\n".encode(), "\ufefftwo\n".encode()]
    assert [row["text"] for row in stream_lines(lines, "in")] == ["one", "\ufefftwo"]


def test_a_line_that_is_not_utf_8_is_told_with_its_number_after_those_before():
    rows = stream_lines([b"one\n", b"caf\xe9\n"], "standard input")
    assert next(rows) == {"text": "one"}
    with pytest.raises(DataError, match="standard input, line 2: must be UTF-8"):
        next(rows)


@pytest.mark.parametrize(
    ("lines", "labelled"),
    [
        ("sport\ta goal\n\nnews\tan event\n", True),
        ("sport\ta goal\nno label\n", False),
        ("sport\ta goal\nweather\train\n", False),
        ("sport\nnews\n", False),
        ("", False),
        ("\n\n", False),
    ],
)
def test_text_is_labelled_if_every_line_says_so(tmp_path: Path, lines, labelled):
    path = tmp_path / "rows.txt"
    path.write_text(lines)
    assert is_labelled(line_rows(path), ["sport", "news"]) is labelled


def test_one_other_line_is_enough_to_know():
    def stream():
        yield {"text": "no label"}
        pytest.fail("it was asked for more")

    assert not is_labelled(Rows(("text",), stream), ["sport"])


def test_carriage_returns_end_lines_where_nothing_else_does(tmp_path):
    assert [row["text"] for row in stream_lines([b"one\rtwo\r\rfour\r"], "in")] == ["one", "two", "", "four"]
    assert [row["text"] for row in stream_lines([b"one\rand on\r\n", b"two\n"], "in")] == ["one\rand on", "two"]
    (tmp_path / "rows.txt").write_bytes(b"one\rtwo\r")
    assert texts(line_rows(tmp_path / "rows.txt")) == ["one", "two"]
