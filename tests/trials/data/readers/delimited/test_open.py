import csv

import pytest

from trials.data.readers.delimited import open as module
from trials.data.readers.delimited.open import read_delimited
from trials.errors import DataError

ROWS = [
    ("good", 'He said "yes, of course";\nand left | smiling'),
    ("bad", "plain words\twith a tab"),
    ("good", "c'est ça"),
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiter_quotes_and_encoding_are_found(tmp_path, delimiter, encoding, line_end):
    path = tmp_path / "reviews.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end)
        writer.writerows([("label", "text"), *ROWS])

    table = read_delimited(path)

    assert list(zip(table.columns["label"], table.columns["text"], strict=True)) == ROWS


def test_a_tab_separated_file_keeps_quotes_that_are_just_characters(tmp_path):
    path = tmp_path / "phrases.tsv"
    path.write_text('sentence\tlabel\n" a film\t1\nno quote\t0\nof style "\t1\n"\t0\n')

    assert read_delimited(path).columns["sentence"] == ['" a film', "no quote", 'of style "', '"']


def test_quotes_escaped_by_a_backslash_and_spaces_before_quotes_are_read(tmp_path):
    escaped, spaced = tmp_path / "escaped.csv", tmp_path / "spaced.csv"
    escaped.write_text('text,label\n"He said \\"no, thanks\\", twice",1\n"fine, really",0\n')
    spaced.write_text('label, text\n1, "well, well"\n0, "no, no, no"\n')

    assert read_delimited(escaped).columns["text"] == ['He said "no, thanks", twice', "fine, really"]
    assert read_delimited(spaced).columns == {"label": ["1", "0"], "text": ["well, well", "no, no, no"]}


def test_a_bad_row_is_named_by_file_and_line_where_it_begins(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text('text,label\n"two\nlines",1\n\nfine,0\none, two,0\n')

    with pytest.raises(DataError, match=r"reviews\.csv, line 6: 3 fields where the first has 2: 'one \|  two \| 0'"):
        read_delimited(path)


def test_many_bad_rows_are_counted_and_the_first_ones_shown(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text("text,label\n" + "fine,0\n" * 20 + "a,b,c\n" * 9)

    with pytest.raises(DataError, match=r"line 24(.|\n)*and 6 more"):
        read_delimited(path)


def test_quotes_that_are_just_characters_are_kept_where_no_field_is_quoted(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text('text,label\nfine,0\n"Alien" is a film,1\na 5" screen,0\n')

    assert read_delimited(path).columns["text"] == ["fine", '"Alien" is a film', 'a 5" screen']


def test_a_quote_that_never_ends_is_named_by_its_line(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text('text,label\n"fine",0\n"never closed,1\nfine,0\n')

    with pytest.raises(DataError, match="line 3"):
        read_delimited(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text\nonly one column\n", "at least two columns"),
        ("text,label\n", "rows below its header"),
        ("text,text\na,b\n", "repeats text"),
    ],
)
def test_a_file_that_is_no_table_of_labelled_text_is_refused(tmp_path, content, said):
    path = tmp_path / "reviews.csv"
    path.write_text(content)

    with pytest.raises(DataError, match=said):
        read_delimited(path)


def test_a_text_of_a_megabyte_is_read(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("text,label\n" + "word " * 250_000 + ",1\n")

    assert len(read_delimited(path).columns["text"][0] or "") > 10**6


@pytest.mark.parametrize(
    "content",
    [
        b'\xef\xbb\xbftext;label\n"two\nlines; one cell";good\n\n;\nna\xc3\xafve;bad\n',
        "text,label\nun café très agréable à côté,good\n".encode("cp1252"),
        b"text\tlabel\nzero\0byte\tgood\n",
    ],
)
def test_a_large_file_is_read_as_a_small_one(tmp_path, monkeypatch, content):
    """Only its text is not held in memory beside its rows."""
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    small = read_delimited(path)
    monkeypatch.setattr(module, "_LARGE_FILE", 0)
    large = read_delimited(path)
    assert large.columns == small.columns
    assert large.found[0].losses == small.found[0].losses
