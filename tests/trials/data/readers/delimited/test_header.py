from pathlib import Path

import pytest

from trials.data.readers.delimited.header import checked_header
from trials.errors import DataError

PATH = Path("d.csv")
ROWS = [
    ["the lamp was lovely", "pos"],
    ["the kettle was awful", "neg"],
    ["a fine chair", "pos"],
    ["a dull soup", "pos"],
]


@pytest.mark.parametrize(
    "names",
    [
        ["text", "label"],
        ["Review Text", "Sentiment"],
        ["How satisfied are you with our service and with our staff?", "Your mark"],
        ["foo", "bar"],
        ["0", "1"],
        ["2019", "2020"],
    ],
)
def test_names_are_taken_for_names(names):
    assert checked_header(PATH, [names, *ROWS], None) == (names, 1)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ROWS, "'pos' is also in 2 of the rows below"),
        ([["fine", "question"], ["awful", "question"], ["ok", "question"]], "'question' is also in 2"),
        ([["12", "fine"], ["13", "awful"]], "'12' is a number, as are the cells below"),
        ([[f"{word} the room was clean and the staff was kind"] for word in "abc"], "as long as the texts below"),
        ([["superb lamp"], ["awful lamp"]], "it has several words"),
    ],
)
def test_a_first_row_of_data_is_never_eaten(rows, said):
    with pytest.raises(DataError, match=rf"d\.csv, line 1: .* looks like data .*{said}.*--no-header"):
        checked_header(PATH, rows, None)
    assert checked_header(PATH, rows, False) == ([str(number) for number in range(1, len(rows[0]) + 1)], 0)
    assert checked_header(PATH, rows, True)[1] == 1


@pytest.mark.parametrize(
    "title",
    [["Reviews of 2024", ""], ["Reviews", "2024"]],
)
def test_a_title_above_the_names_is_refused_with_its_line(title):
    with pytest.raises(DataError, match=r"line 3: .* looks like a title"):
        checked_header(PATH, [title, ["text", "label"], *ROWS], None, 3)


def test_an_index_without_a_name_gets_one():
    assert checked_header(PATH, [["", "text"], ["0", "fine"]], None)[0] == ["column 1", "text"]


def test_names_in_typographic_quotes_are_refused():
    with pytest.raises(DataError, match="straight ones"):
        checked_header(PATH, [["“text”", "“label”"], *ROWS], None)
