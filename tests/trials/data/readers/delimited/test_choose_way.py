"""Which way to parse a file is chosen; a test of a refusal names the line."""

import pytest

from trials.data.readers.delimited.open import read_delimited
from trials.data.readers.read_options import ReadOptions
from trials.errors import DataError

PLAIN = [(f"lamp {number}", "pos" if number % 2 else "neg") for number in range(20)]


def read(path, text, **options):
    path.write_text(text, encoding="utf-8", newline="")
    return read_delimited(path, ReadOptions(**options))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "d.csv"


def test_a_line_that_names_the_delimiter_is_no_header(path):
    table = read(path, "sep=;\ntext;label\na, b;1\n")
    assert table.columns == {"text": ["a, b"], "label": ["1"]}
    assert table.found[0].delimiter == ";"


@pytest.mark.parametrize("delimiter", ["tab", "\\t", "\t"])
def test_a_delimiter_can_be_named(path, delimiter):
    assert list(read(path, "a,b\tc\n1,2\t3\n", delimiter=delimiter).columns) == ["a,b", "c"]
    assert read(path, "a^b\n1,2^3\n", delimiter="^").columns == {"a": ["1,2"], "b": ["3"]}
    with pytest.raises(DataError, match="--delimiter must be one character"):
        read(path, "a,b\n1,2\n", delimiter="::")


def test_quotes_after_a_space_do_not_stay_in_labels(path):
    rows = "".join(f'"{text}, yes", "{label}"\n' for text, label in PLAIN)
    assert set(read(path, "text, label\n" + rows).columns["label"]) == {"pos", "neg"}


def test_cells_in_apostrophes_lose_them(path):
    table = read(path, "'text','label'\n'one, two','good'\n'it''s fine','bad'\n")
    assert table.columns == {"text": ["one, two", "it's fine"], "label": ["good", "bad"]}


def test_stray_quotes_that_swallow_rows_are_characters_where_no_cell_is_quoted(path):
    rows = [f"{text},{label}" for text, label in PLAIN]
    rows[5], rows[10] = '"' + rows[5], rows[10].replace(",", '",')

    table = read(path, "text,label\n" + "\n".join(rows) + "\n")

    assert (len(table), table.columns["text"][5]) == (20, '"lamp 5')
    assert [loss.lines for loss in table.found[0].losses] == [(7,)]


def test_they_are_refused_with_the_line_where_other_cells_are_quoted(path):
    rows = [f"{text},{label}" for text, label in PLAIN]
    rows[2], rows[5], rows[10] = '"lamp",neg', '"' + rows[5], rows[10].replace(",", '",')
    with pytest.raises(DataError, match=r"d\.csv, line 7: a quote opens a cell there that swallows the rows below"):
        read(path, "text,label\n" + "\n".join(rows) + "\n")


def test_a_table_in_which_every_cell_is_quoted_may_hold_texts_that_look_like_rows(path):
    text = "".join(f'"{text}","{label}"\n' for text, label in [*PLAIN, ("Food,pos\nService,neg\nand so on", "pos")])
    assert read(path, '"text","label"\n' + text).columns["text"][-1] == "Food,pos\nService,neg\nand so on"


def test_rows_of_empty_cells_are_skipped_and_told(path):
    table = read(path, "text,label\na,1\n,\nb,2\n")
    assert table.columns["text"] == ["a", "b"]
    assert [(loss.count, loss.lines) for loss in table.found[0].losses] == [(1, (3,))]


def test_a_repeated_header_is_refused_with_its_line(path):
    with pytest.raises(DataError, match="line 4: this repeats the header"):
        read(path, "text,label\na,1\nb,2\ntext,label\nc,1\n")


def test_rows_that_are_wider_than_the_first_line_make_a_title_of_it(path):
    with pytest.raises(DataError, match="If line 1 is a title, remove it"):
        read(path, "Reviews,2024\n" + "a,b,c\n" * 9)
