"""The answers that need no sampler."""

import random
from collections import Counter

import pytest

from search_spaces import Choice, Defaults, Draw, FloatRange, IntRange, Overridden, RecordedValues, Replay, SpaceError


def test_defaults_answer_and_note_what_was_asked():
    defaults = Defaults()
    assert defaults.real("a.b", 0.0, 1.0, default=0.25) == 0.25
    assert defaults.integer("c", 1, 9, default=3, step=2) == 3
    assert defaults.choice("d", ("x", "y"), default="y") == "y"
    assert list(defaults.dimensions) == ["a.b", "c", "d"]
    assert defaults.dimensions["c"] == IntRange(1, 9, 3, step=2)


def test_one_name_has_one_range():
    defaults = Defaults()
    defaults.integer("depth", 1, 4, default=2)
    defaults.integer("depth", 1, 4, default=2)
    with pytest.raises(SpaceError, match=r"'depth' must have one range, but it is 1 \.\. 4 and then 1 \.\. 8"):
        defaults.integer("depth", 1, 8, default=2)


def test_replay_gives_back_the_very_option():
    replay = Replay({"ratio": 2, "heads": 4})
    assert replay.choice("heads", (2, 4), default=2) == 4
    with pytest.raises(SpaceError, match="a value for 'depth'; it has: ratio, heads"):
        replay.integer("depth", 1, 4, default=2)


def test_replay_of_an_older_trial_survives_a_narrowed_range():
    assert Overridden(Replay({"depth": 4}), {"depth": IntRange(1, 2, 1)}).integer("depth", 1, 4, default=2) == 4


def test_options_that_are_equal_but_of_different_types_stay_apart():
    assert Replay({"flag": True}).choice("flag", (1, True), default=1) is True


@pytest.mark.parametrize(
    "dimension",
    [
        FloatRange(-1.0, 1.0, 0.0),
        FloatRange(1e-9, 1e3, 1.0, log=True),
        IntRange(3, 17, 3, step=7),
        IntRange(1, 6, 1, log=True),
        Choice(("a", "b", "c"), "a"),
    ],
)
def test_draws_lie_within_and_repeat_with_their_seed(dimension):
    def drawn(seed: int) -> list[object]:
        draw = Draw(random.Random(seed))
        return [draw.value("p", dimension) for _ in range(300)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert all(value in dimension for value in drawn(1))


def test_a_log_range_draws_evenly_over_the_exponent():
    draw = Draw(random.Random(0))
    decades = Counter(int(draw.real("p", 1.0, 1000.0, default=1.0, log=True) // 1 >= 100) for _ in range(3000))
    assert 0.28 < decades[1] / 3000 < 0.39


def test_every_whole_number_of_a_log_range_can_be_drawn():
    draw = Draw(random.Random(0))
    assert {draw.integer("p", 1, 6, default=1, log=True) for _ in range(500)} == {1, 2, 3, 4, 5, 6}


def test_an_override_replaces_one_dimension_only():
    defaults = Defaults()
    overridden = Overridden(defaults, {"depth": Choice((8,), 8)})
    assert overridden.integer("depth", 1, 4, default=2) == 8
    assert overridden.integer("heads", 1, 4, default=2) == 2
    assert overridden.choice("size", (1, 2), default=1) == 1


def test_an_override_may_offer_what_the_space_did_not_list():
    assert Overridden(Defaults(), {"size": Choice((64,), 64)}).choice("size", (1, 2), default=1) == 64


def test_what_is_settled_is_not_asked_for():
    defaults = Defaults()
    settled = RecordedValues(defaults, {"depth": 8})
    assert (settled.integer("depth", 1, 4, default=2), settled.integer("heads", 1, 4, default=2)) == (8, 2)
    assert defaults.dimensions.keys() == {"heads"}
