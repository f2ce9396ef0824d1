"""Numbers that are written as text."""

import pytest

from trials.data.labels import is_number


@pytest.mark.parametrize(("text", "expected"), [("1", True), ("-0,5", True), ("nan", False), ("a", False)])
def test_a_number_is_told_from_a_name(text: str, expected: bool) -> None:
    assert is_number(text) is expected
