import csv

import pytest

from trials.data.readers.delimited.scan import Lines, Quoted, Way, scan
from trials.data.readers.delimited.swallowed import swallowed_rows


def swallowed(text):
    lines = Lines(lambda: iter(text.splitlines(keepends=True)), lambda part: part in text)
    found = scan(lines, Way(",", Quoted), keep=True)
    assert not found.problems
    return swallowed_rows(found, found.kept[1:])


PLAIN = [f"lamp {number},{'pos' if number % 2 else 'neg'}" for number in range(20)]


@pytest.mark.parametrize(("first", "last"), [(5, 10), (5, 6), (5, 7)])
def test_rows_between_two_stray_quotes_are_found_by_their_labels(first, last):
    rows = [*PLAIN]
    rows[first] = '"' + rows[first]
    rows[last] = rows[last].replace(",", '",')
    assert swallowed("text,label\n" + "\n".join(rows) + "\n") == [first + 2]


def test_so_they_are_where_the_label_comes_first():
    rows = [f"{label},{text}" for text, label in (row.split(",") for row in PLAIN)]
    rows[5], rows[8] = rows[5].replace(",", ',"'), rows[8] + '"'
    assert swallowed("label,text\n" + "\n".join(rows) + "\n") == [7]


def test_without_labels_lines_that_are_all_like_rows_are_suspicious():
    rows = [f"{number},lamp {number}" for number in range(20)]
    rows[5], rows[9] = rows[5].replace(",", ',"'), rows[9] + '"'
    assert swallowed("id,text\n" + "\n".join(rows) + "\n") == [7]


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,\nthank you, and bye",
        "Sound quality, 4\nBattery, 5\nPrice, 1",
        "one,two\nthree\nfour,five",
        'she said ""yes"",\nand left',
    ],
)
def test_a_text_of_several_lines_is_none(tmp_path, text):
    path = tmp_path / "d.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *(row.split(",") for row in PLAIN), (text, "pos")])
    assert swallowed(path.read_text()) == []
