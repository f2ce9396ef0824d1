from pathlib import Path

import pytest

from trials.data.readers.delimited.delimiter import (
    ONE_COLUMN,
    find_delimiter,
    is_in_apostrophes,
    named_delimiter,
)
from trials.errors import DataError

PATH = Path("d.csv")


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        ("a,b\n1,2;3\n", ","),
        ("a;b\n1;2,5\n3;4,5\n", ";"),
        ("a\tb\n1, 2\t3\n", "\t"),
        ("a|b\n1|2\n", "|"),
    ],
)
def test_the_delimiter_is_the_one_that_gives_rows_their_width(head, delimiter):
    assert find_delimiter(head, PATH, 2, complete=True) == delimiter


def test_a_single_column_has_none_whatever_its_texts_hold():
    assert find_delimiter("text\nsuperb; lovely lamp\nawful, bad lamp\n", PATH, 1, complete=True) == ONE_COLUMN
    with pytest.raises(DataError, match="at least two columns"):
        find_delimiter("text\nsuperb; lovely lamp\n", PATH, 2, complete=True)


def test_a_first_line_that_is_narrower_than_all_others_is_no_single_column():
    with pytest.raises(DataError, match="The lines below have 2 cells: if line 1 is a title, remove it"):
        find_delimiter("Reviews\n" + "fine,good\n" * 6, PATH, 1, complete=True)


def test_two_delimiters_that_would_do_are_refused():
    with pytest.raises(DataError, match=r"comma or semicolon.*--delimiter"):
        find_delimiter("a,b;c\n1,2;3\n", PATH, 2, complete=True)


def test_the_line_of_excel_names_the_delimiter():
    assert [named_delimiter(line) for line in ("sep=;\n", '"sep=,"\r\n', "sep=\t\n", "separator\n")] == [
        *(";", ",", "\t", None)
    ]


def test_cells_in_apostrophes_are_seen():
    assert is_in_apostrophes("'text','label'\n")
    assert not is_in_apostrophes("it's, isn't\n")
