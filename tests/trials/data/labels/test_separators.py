"""What stands between several labels in a cell; `tests/trials/data/quality/test_labels.py` has the doubtful cases."""

from collections import Counter

import pytest

from trials.data.labels.separators import joined_by, likely_separator


def test_labels_whose_parts_are_labels_are_joined() -> None:
    assert joined_by("|", Counter(["sport", "money", "sport|money"])) == ["sport|money"]
    assert joined_by("/", Counter(["n/a", "yes"])) == []


@pytest.mark.parametrize(
    ("labels", "separator"),
    [
        (["a|b", "c", "b"], "|"),
        (["a; b", "c"], ";"),
        (["red+green", "red", "green"], "+"),
        (["r/d", "sales"], None),
        (["a", "b"], None),
    ],
)
def test_the_separator_of_rows_that_have_several_is_found(labels: list[str], separator: str | None) -> None:
    assert likely_separator(Counter(labels)) == separator
