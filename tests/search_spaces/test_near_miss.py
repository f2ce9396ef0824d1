"""Hints for names that do not exist."""

import pytest

from search_spaces.near_miss import did_you_mean


@pytest.mark.parametrize(
    ("name", "choices", "hint"),
    [
        ("optimizer.learning_rat", ("optimizer.beta1", "optimizer.learning_rate"), "optimizer.learning_rate"),
        ("enocder", iter(["encoder", "linear"]), "encoder"),
        ("linear", ["linear"], "linear"),
    ],
)
def test_the_closest_name_is_suggested(name, choices, hint):
    assert did_you_mean(name, choices) == f" Did you mean {hint!r}?"


@pytest.mark.parametrize(("name", "choices"), [("xyz", ["encoder", "linear"]), ("encoder", []), ("", ["encoder"])])
def test_nothing_close_is_no_hint(name, choices):
    assert did_you_mean(name, choices) == ""
