"""What every search space promises."""

import json
import random
import re
from collections.abc import Mapping

import pytest

from search_spaces import SPACES, Choice, Draw, Overridden, Space, Value

DRAWS = 200


@pytest.fixture(params=SPACES)
def space(request) -> Space:
    return Space(request.param, SPACES[request.param])


def drawn(space: Space, seed: int) -> tuple[object, Mapping[str, Value]]:
    draw = Draw(random.Random(seed))
    return space.ask(draw), draw.values


def test_draws_replay_equal_also_through_json(space):
    for seed in range(DRAWS):
        point, values = drawn(space, seed)
        assert space.replay(values) == point
        assert space.replay(json.loads(json.dumps(values))) == point


def test_draws_differ(space):
    assert len({str(drawn(space, seed)[1]) for seed in range(DRAWS)}) == DRAWS


def test_every_drawn_value_lies_in_its_dimension(space):
    dimensions = space.dimensions()
    for seed in range(DRAWS):
        _, values = drawn(space, seed)
        assert values.keys() == dimensions.keys()
        assert all(value in dimensions[name] for name, value in values.items())


def test_the_default_point_is_inside(space):
    dimensions = space.dimensions()
    assert all(value in dimensions[name] for name, value in space.defaults().items())
    assert space.problems() == []


@pytest.mark.parametrize("end", [0, -1])
def test_the_smallest_and_the_largest_point_can_be_made(space, end):
    values = {name: dimension.extremes()[end] for name, dimension in space.dimensions().items()}
    fixed = {name: Choice((value,), value) for name, value in values.items()}
    draw = Draw(random.Random(0))
    assert space.ask(Overridden(draw, fixed)) == space.replay(values)


def test_the_table_of_its_docstring_names_every_parameter_and_no_other(space):
    named = re.findall(r"^\| `([^`]+)` \|", space.documentation(), flags=re.MULTILINE)
    assert named == list(space.dimensions())


def test_its_function_says_in_one_line_what_it_holds(space):
    assert len((space.function.__doc__ or "").strip().splitlines()) >= 1
