import pytest

from automl.planning.transfer_points import completed_in, distinct, moved_into
from search_spaces import SPACES, Space, override_dimensions

AUTO, ENCODER, LINEAR = (Space(name, SPACES[name]) for name in ("auto", "encoder", "linear"))


def narrowed(space: Space, **overrides: object) -> Space:
    dimensions, problems = override_dimensions(space.dimensions(), overrides, space.name)
    assert problems == []
    return Space(space.name, space.function, dimensions)


@pytest.mark.parametrize("target", ["finetune", "lora", "subnet"])
@pytest.mark.parametrize("source", ["finetune", "lora", "subnet"])
def test_points_go_between_the_spaces_of_pretrained_encoders_with_all_that_they_share(source, target):
    here, there = Space(source, SPACES[source]), Space(target, SPACES[target])
    point = {**here.defaults(), "optimizer.beta1": 0.85, "training.batch_size": 32, "optimizer.learning_rate": 5e-4}
    moved = moved_into(there, point)
    assert moved is not None and moved.keys() == there.defaults().keys()
    assert {name: moved[name] for name in ("optimizer.beta1", "training.batch_size", "optimizer.learning_rate")} == {
        "optimizer.beta1": 0.85,
        "training.batch_size": 32,
        "optimizer.learning_rate": 5e-4,
    }
    assert moved_into(AUTO, point) == {
        "algorithm": source,
        **{name if name == "architecture.checkpoint" else f"{source}.{name}": value for name, value in point.items()},
    }


def test_a_value_out_of_the_range_comes_to_its_nearest_end_and_one_that_is_no_choice_to_the_default():
    narrow = narrowed(ENCODER, **{"architecture.depth": {"low": 1, "high": 2, "default": 1}})
    point = {**ENCODER.defaults(), "architecture.depth": 4, "optimizer.schedule": "a new one"}
    moved = moved_into(narrow, point)
    assert moved["architecture.depth"] == 2
    assert moved["optimizer.schedule"] == ENCODER.defaults()["optimizer.schedule"]


def test_a_point_has_exactly_the_parameters_of_its_space():
    point = {"architecture.depth": 3, "unheard.of": 1}
    assert moved_into(ENCODER, point) == {**ENCODER.defaults(), "architecture.depth": 3}
    assert moved_into(ENCODER, {}) == ENCODER.defaults()


def test_an_algorithm_that_a_space_does_not_have_has_no_place_in_it():
    point = AUTO.defaults("encoder")
    assert moved_into(LINEAR, point) is None
    assert moved_into(ENCODER, point) == ENCODER.defaults()
    assert moved_into(AUTO, point) == point


def test_a_point_without_an_algorithm_is_of_the_first_that_has_all_its_parameters():
    assert completed_in(AUTO, {}) == AUTO.defaults()
    name = next(name for name in AUTO.defaults("encoder") if name.startswith("encoder."))
    found = completed_in(AUTO, {name: AUTO.defaults("encoder")[name]})
    assert found == AUTO.defaults("encoder")
    linear = completed_in(AUTO, {"algorithm": "linear", name: 1})
    assert linear == AUTO.defaults("linear"), "what the algorithm does not have is left out"


def test_points_come_once_in_their_order():
    one, other = {"x": 1}, {"x": 2}
    assert distinct([other, one, {"x": 2}, {"x": 1.0}, {"x": 2, "y": 1}]) == [other, one, {"x": 2, "y": 1}]
    assert distinct([]) == []
