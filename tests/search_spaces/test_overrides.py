"""What an experiment file may say about a parameter, and what it is told where it may not."""

import pytest

from search_spaces import Choice, FloatRange, IntRange, override_dimensions

DIMENSIONS = {
    "rate": FloatRange(1e-4, 1e-2, 1e-3, log=True),
    "depth": IntRange(1, 4, 2),
    "even": IntRange(2, 8, 4, step=2),
    "heads": Choice((1, 2, 4), 2),
    "ratio": Choice((1.0, 2.0), 2.0),
    "schedule": Choice(("linear", "cosine"), "linear"),
    "tied": Choice((True, False), True),
}


@pytest.mark.parametrize(
    ("name", "wanted", "made"),
    [
        ("rate", 0.5, Choice((0.5,), 0.5)),
        ("rate", "1e-3", Choice((1e-3,), 1e-3)),  # YAML 1.1 reads 1e-3 as text
        ("rate", 1, Choice((1.0,), 1.0)),
        ("rate", [0.1, "1e-3"], Choice((0.1, 1e-3), 1e-3)),
        ("rate", {"low": "1e-5"}, FloatRange(1e-5, 1e-2, 1e-3, log=True)),
        ("rate", {"low": 0, "high": 1, "log": False}, FloatRange(0.0, 1.0, 1e-3)),
        ("rate", {"low": 0.005, "high": 0.5}, FloatRange(0.005, 0.5, 0.005, log=True)),
        ("rate", {"default": 0.002}, FloatRange(1e-4, 1e-2, 0.002, log=True)),
        ("depth", {"low": 3, "high": 12}, IntRange(3, 12, 3)),
        ("depth", {"low": 1, "high": 12.0, "step": 3}, IntRange(1, 12, 1, step=3)),
        ("depth", [8, 16], Choice((8, 16), 8)),
        ("even", {"low": 5}, IntRange(5, 8, 5, step=2)),
        ("heads", 8, Choice((8,), 8)),
        ("heads", [2, 8], Choice((2, 8), 2)),
        ("heads", {"default": 4}, Choice((1, 2, 4), 4)),
        ("heads", {"options": [4, 8], "default": 8}, Choice((4, 8), 8)),
        ("ratio", 3, Choice((3.0,), 3.0)),
        ("schedule", "cosine", Choice(("cosine",), "cosine")),
        ("tied", False, Choice((False,), False)),
    ],
)
def test_what_is_made(name, wanted, made):
    dimensions, problems = override_dimensions(DIMENSIONS, {name: wanted}, "toy")
    assert problems == []
    assert dimensions == {name: made}
    assert [type(value) for value in dimensions[name].extremes()] == [type(value) for value in made.extremes()]


@pytest.mark.parametrize(
    ("name", "wanted", "words"),
    [
        ("raet", 1, "the space 'toy' has no parameter 'raet' (did you mean 'rate'?); it has: rate, depth"),
        ("zzz", 1, "the space 'toy' has no parameter 'zzz'; it has: rate, depth"),
        ("rate", "fast", "must be a number, not 'fast'"),
        ("rate", True, "must be a number, not True"),
        ("rate", None, "must be a number, not None"),
        ("rate", ".inf", "must be a number, not '.inf'"),
        ("rate", float("inf"), "must be a finite number, not inf"),
        ("rate", {"low": 1, "high": 0.1}, "it is empty: its low end 1 is above its high end 0.1"),
        ("rate", {"low": 0}, "must start above 0"),
        ("rate", {"log": "yes"}, "log must be true or false, not 'yes'"),
        ("rate", {"lo": 1}, "there is no field 'lo' here; choose from: low, high, default, log"),
        ("rate", {"default": 5}, "its default 5 is not within"),
        ("rate", [], "it has no options"),
        ("rate", [0.1, 0.1], "an option is listed twice"),
        ("depth", 1.5, "must be a whole number, not 1.5"),
        ("depth", {"low": 1.5}, "low must be a whole number, not 1.5"),
        ("depth", {"step": 0}, "step must be at least 1, not 0"),
        ("depth", [[1, 2]], "must be a number, not [1, 2]"),
        ("heads", {"low": 1}, "there is no field 'low' here; choose from: options, default"),
        ("heads", {"options": 3}, "its options must be a list, not 3"),
        ("heads", {"default": 3}, "its default 3 is not among: 1, 2, 4"),
        ("heads", "two", "must be a number, not 'two'"),
        ("schedule", "cosin", "it has no option 'cosin' (did you mean 'cosine'?); it has: linear, cosine"),
        ("schedule", 3, "it has no option 3; it has: linear, cosine"),
        ("tied", 1, "it has no option 1; it has: True, False"),
    ],
)
def test_what_is_told(name, wanted, words):
    dimensions, problems = override_dimensions(DIMENSIONS, {name: wanted}, "toy")
    assert dimensions == {}
    assert len(problems) == 1
    assert words in problems[0]


def test_every_problem_is_told_and_the_rest_is_made():
    wanted = {"depth": 0.5, "heads": 4, "schedule": "cosin"}
    dimensions, problems = override_dimensions(DIMENSIONS, wanted, "toy")
    assert list(dimensions) == ["heads"]
    assert [problem.split("'")[1] for problem in problems] == ["depth", "schedule"]
