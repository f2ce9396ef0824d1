"""Ranges know what lies in them, and say why they cannot be used."""

import math

import pytest

from search_spaces import Choice, FloatRange, IntRange


@pytest.mark.parametrize(
    ("dimension", "inside", "outside"),
    [
        (FloatRange(0.0, 1.0, 0.5), [0, 0.5, 1.0], [-0.1, 1.1, True, "0.5", None, math.nan, math.inf]),
        (IntRange(2, 8, 4, step=2), [2, 4.0, 8], [3, 0, 10, 4.5, True, "4", math.nan, math.inf]),
        (Choice(("a", "b"), "a"), ["a", "b"], ["c", 1, None]),
        (Choice((1, 2), 1), [1, 2, 2.0], [True, 3, "1"]),
        (Choice((True, False), True), [True, False], [1, 0]),
    ],
)
def test_what_lies_inside(dimension, inside, outside):
    assert all(value in dimension for value in inside)
    assert not any(value in dimension for value in outside)


@pytest.mark.parametrize(
    ("dimension", "words"),
    [
        (FloatRange(2.0, 1.0, 1.5), "low end 2 is above its high end 1"),
        (FloatRange(0.0, 1.0, 0.5, log=True), "must start above 0"),
        (FloatRange(0.0, 1.0, 3.0), "default 3 is not within 0 .. 1"),
        (FloatRange(0.0, math.inf, 1.0), "finite"),
        (IntRange(0, 8, 4, step=0), "step must be at least 1"),
        (IntRange(1, 8, 4, log=True, step=2), "step 1"),
        (IntRange(0, 8, 3, step=2), "default 3 is not on the grid 0 .. 8 step 2"),
        (Choice((), "a"), "no options"),
        (Choice(("a", "a"), "a"), "twice"),
        (Choice(("a",), "b"), "default 'b' is not among: a"),
    ],
)
def test_why_it_cannot_be_used(dimension, words):
    assert words in dimension.problem()


@pytest.mark.parametrize(
    "dimension",
    [FloatRange(1e-5, 1.0, 1e-3, log=True), FloatRange(1.0, 1.0, 1.0), IntRange(1, 9, 4, step=3), Choice((1, True), 1)],
)
def test_a_sound_one_has_no_problem(dimension):
    assert dimension.problem() is None
    assert all(value in dimension for value in dimension.extremes())


def test_the_largest_value_lies_on_the_grid():
    assert IntRange(1, 9, 4, step=3).extremes() == (1, 7)


@pytest.mark.parametrize(("value", "nearest"), [(-5, 1), (2, 1), (3, 4), (5.4, 4), (8, 7), (99, 7)])
def test_the_nearest_value_lies_on_the_grid(value, nearest):
    assert IntRange(1, 9, 4, step=3).nearest(value) == nearest


@pytest.mark.parametrize(("value", "nearest"), [(-5, 0.0), (0.3, 0.3), (2, 1.0)])
def test_the_nearest_real_lies_within(value, nearest):
    assert FloatRange(0.0, 1.0, 0.5).nearest(value) == nearest


@pytest.mark.parametrize(
    ("dimension", "shown"),
    [
        (FloatRange(1e-4, 1e-2, 1e-3, log=True), "0.0001 .. 0.01 (log)"),
        (IntRange(2, 8, 4, step=2), "2 .. 8 step 2"),
        (IntRange(1, 8, 4, log=True), "1 .. 8 (log)"),
        (Choice((1, 2), 1), "1, 2"),
    ],
)
def test_how_it_reads(dimension, shown):
    assert str(dimension) == shown
