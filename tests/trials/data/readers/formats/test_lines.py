import pytest

from trials.data.readers.formats.lines import read_lines
from trials.errors import DataError


def test_label_and_text_are_parted_at_the_first_tab(tmp_path):
    path = tmp_path / "train.txt"
    path.write_bytes("good\ta text\twith a tab\r\n\r\nbad\té\r\n".encode())

    columns = read_lines(path).columns

    assert columns["label"] == ["good", "bad"]
    assert [text.strip() for text in columns["text"] if text] == ["a text\twith a tab", "é"]


def test_a_line_without_a_tab_is_named(tmp_path):
    path = tmp_path / "train.txt"
    path.write_text("good\tfine\n\nno tab here\n")

    with pytest.raises(DataError, match=r"train\.txt, line 3.*no tab here"):
        read_lines(path)
