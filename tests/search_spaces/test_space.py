"""A space under overrides: asked, replayed and checked."""

import random

import pytest

from search_spaces import SPACES, Choice, Defaults, Draw, IntRange, Point, Space, SpaceError, Suggest

ENCODER = Space("encoder", SPACES["encoder"])


def overridden(**dimensions: object) -> Space:
    return Space("encoder", SPACES["encoder"], {f"architecture.{name}": given for name, given in dimensions.items()})


def test_overrides_bound_what_is_asked():
    space = overridden(depth=IntRange(6, 7, 6), heads=Choice((3,), 3))
    depths = set()
    for seed in range(30):
        draw = Draw(random.Random(seed))
        point = space.ask(draw)
        depths.add(point.architecture.depth)
        assert point.architecture.heads == draw.values["architecture.heads"] == 3
        assert space.replay(draw.values) == point
    assert depths == {6, 7}
    assert space.defaults()["architecture.depth"] == 6


def test_replay_says_which_value_is_missing():
    with pytest.raises(SpaceError, match=r"'text\.vocabulary_size'"):
        ENCODER.replay({})


def test_documentation_is_the_table_of_the_module():
    assert "| `architecture.depth` |" in ENCODER.documentation()


def test_a_range_is_tried_at_its_ends():
    (problem,) = overridden(depth=IntRange(0, 3, 2)).problems()
    assert problem == "'architecture.depth' in space 'encoder' cannot be 0: the depth must be at least 1, not 0"
    assert overridden(heads=Choice((2, -1), 2)).problems() != []


def test_every_problem_is_told():
    space = overridden(depth=IntRange(3, 2, 3), hidden_dropout=Choice((0.1, 2.0), 0.1))
    assert len(space.problems()) == 2
    with pytest.raises(SpaceError, match=r"(?s)depth.*hidden_dropout"):
        space.check()


def test_impossible_defaults_are_a_problem():
    (problem,) = overridden(depth=IntRange(0, 3, 0)).problems()
    assert "at its defaults: the depth must be at least 1" in problem


def no_point(suggest: Suggest) -> Point:
    return suggest.integer("depth", 1, 2, default=1)


def slash(suggest: Suggest) -> Point:
    suggest.integer("architecture/depth", 1, 2, default=1)
    return SPACES["encoder"](Defaults())


@pytest.mark.parametrize(
    ("function", "words"),
    [(no_point, "must return one of search_spaces' Point, Probe, Linear, not int"), (slash, "'architecture/depth'")],
)
def test_a_users_own_space_is_checked(function, words):
    (problem,) = Space("mine:space", function).problems()
    assert words in problem
