"""What every search space promises."""

import json
import random
import re
from collections.abc import Mapping

import pytest

from search_spaces import ALGORITHM, SPACES, Choice, Draw, Overridden, Space, Value

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
        assert values.keys() == space.defaults(values.get(ALGORITHM)).keys(), "as many as the algorithm has, always"
        assert all(value in dimensions[name] for name, value in values.items())


def test_the_default_point_is_inside(space):
    dimensions = space.dimensions()
    assert all(value in dimensions[name] for name, value in space.defaults().items())
    assert space.problems() == []


@pytest.mark.parametrize("end", [0, -1])
def test_the_smallest_and_the_largest_point_can_be_made(space, end):
    dimensions = space.dimensions()
    for algorithm in space.algorithms():
        values = {name: dimensions[name].extremes()[end] for name in space.defaults(algorithm)}
        if algorithm is not None:
            values[ALGORITHM] = algorithm
        fixed = {name: Choice((value,), value) for name, value in values.items()}
        draw = Draw(random.Random(0))
        assert space.ask(Overridden(draw, fixed)) == space.replay(values)


def test_the_table_of_its_docstring_names_every_parameter_and_no_other(space):
    """But those of a space that is an algorithm of this one, which stand in the table of their own."""
    named = re.findall(r"^\| `([^`]+)` \|", space.documentation(), flags=re.MULTILINE)
    algorithms = tuple(f"{algorithm}." for algorithm in space.algorithms())
    assert named == [name for name in space.dimensions() if not name.startswith(algorithms)]


def test_an_algorithm_has_the_parameters_of_the_space_of_its_name(space):
    for algorithm in space.algorithms():
        if algorithm is not None:
            own = Space(str(algorithm), SPACES[algorithm]).defaults()
            assert own == {
                name.removeprefix(f"{algorithm}."): value
                for name, value in space.defaults(algorithm).items()
                if name != ALGORITHM
            }


def test_its_function_says_in_one_line_what_it_holds(space):
    assert len((space.function.__doc__ or "").strip().splitlines()) >= 1
