"""Numbers that are written as text."""

import pytest

from trials.data.columns.numbers import check_commas, is_number, label_order, number_of
from trials.errors import DataError


def test_numbers_have_a_decimal_point_or_comma_and_nothing_else():
    assert [number_of(text) for text in ("1.5", "1,5", "-3e2", " 7 ")] == [1.5, 1.5, -300.0, 7.0]
    assert [is_number(text) for text in ("", "one", "nan", "inf", "1_000", "1.234,5")] == [False] * 6


def test_numbers_are_ordered_by_value_and_before_words():
    assert sorted(["10", "b", "9", "-1", "a"], key=label_order) == ["-1", "9", "10", "a", "b"]


@pytest.mark.parametrize("labels", [("1,234", "2,500"), ("1,5", "2.5"), ("1,234", "1234.5"), ("12,000",)])
def test_commas_that_may_stand_for_thousands_are_refused(labels):
    with pytest.raises(DataError, match=r"may stand for thousands. Write .* without commas: '\d+' or '\d+\.\d+'"):
        check_commas(labels)


@pytest.mark.parametrize("labels", [("1,5", "1,234"), ("1.5", "2"), ("0,125",), ("a, b", "1.5"), ()])
def test_other_commas_are_decimal(labels):
    check_commas(labels)
