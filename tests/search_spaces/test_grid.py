import pytest

from search_spaces import ALGORITHM, SPACES, Choice, FloatRange, IntRange, Space, override_dimensions
from search_spaces.grid import MOST_VALUES, grid_values, grids_of


@pytest.mark.parametrize(
    ("dimension", "values"),
    [
        (Choice(("a", "b"), "b"), ("a", "b")),
        (IntRange(1, 4, 2), (1, 2, 3, 4)),
        (IntRange(2, 10, 4, step=2), (2, 4, 6, 8, 10)),
        (IntRange(0, 100, 40), (0, 25, 40, 75, 100)),
        (IntRange(1, 10_000, 100, log=True), (1, 10, 100, 1000, 10_000)),
        (FloatRange(0.0, 1.0, 0.5), (0.0, 0.25, 0.5, 0.75, 1.0)),
        (FloatRange(0.1, 1000.0, 10.0, log=True), (0.1, 1.0, 10.0, 100.0, 1000.0)),
        (FloatRange(0.0, 1.0, 0.1), (0.1, 0.25, 0.5, 0.75, 1.0)),
        (FloatRange(2.0, 2.0, 2.0), (2.0,)),
    ],
)
def test_a_dimension_is_stood_for_by_a_few_of_its_values(dimension, values):
    assert grid_values(dimension) == values


@pytest.mark.parametrize("name", SPACES)
def test_every_value_lies_in_its_dimension_and_the_default_is_among_them(name):
    for dimension in Space(name, SPACES[name]).dimensions().values():
        values = grid_values(dimension)
        assert dimension.default in values
        assert all(value in dimension for value in values)
        assert len(set(values)) == len(values)
        assert isinstance(dimension, Choice) or len(values) <= MOST_VALUES


def test_a_grid_has_every_combination_once():
    space = Space("linear", SPACES["linear"])
    (grid,) = grids_of(space)
    points = [grid.point(place) for place in range(grid.size)]
    assert len({str(sorted(point.items())) for point in points}) == grid.size == 3 * 3 * 3 * 2 * 5 * 2
    assert space.defaults() in points


def test_a_fixed_parameter_has_one_value():
    space = Space("linear", SPACES["linear"])
    made, problems = override_dimensions(space.dimensions(), {"text.words": 1, "text.rarest": [1, 2]}, "linear")
    assert problems == []
    (grid,) = grids_of(Space("linear", SPACES["linear"], made))
    assert grid.values["text.words"] == (1,)
    assert grid.size == 1 * 3 * 2 * 2 * 5 * 2


def test_each_algorithm_has_a_grid_of_its_own_parameters():
    space = Space("auto", SPACES["auto"])
    grids = grids_of(space)
    assert [grid.values[ALGORITHM] for grid in grids] == [(algorithm,) for algorithm in space.algorithms()]
    for grid in grids:
        (algorithm,) = grid.values[ALGORITHM]
        assert grid.point(0).keys() == space.defaults(algorithm).keys()
        space.replay(grid.point(grid.size - 1))
