import pytest

from automl.hpo.pbt.perturbation import explore
from search_spaces import SPACES, Choice, FloatRange, Point, Space, Suggest, shape_of


def space(name: str, **overrides: object) -> Space:
    return Space(name, SPACES[name], overrides)


def found(made: Space, times: int = 200) -> list[dict[str, object]]:
    return [explore(made, made.defaults(), str(seed)) for seed in range(times)]


@pytest.mark.parametrize("name", ["encoder", "finetune", "lora"])
def test_what_trains_changes_and_what_shapes_the_model_does_not(name):
    made = space(name)
    before = made.defaults()
    changed = {key for values in found(made) for key in values if values[key] != before[key]}
    shaping = {
        key
        for key, dimension in made.dimensions().items()
        for value in dimension.extremes()
        if shape_of(made.replay({**before, key: value})) != shape_of(made.replay(before))
    }
    single = {key for key, dimension in made.dimensions().items() if len(dimension.extremes()) == 1}
    assert changed == set(before) - shaping - single
    assert {"optimizer.learning_rate", "optimizer.beta1", "training.batch_size"} <= changed
    assert {key for key in before if key.startswith("text.")} <= shaping | single


def test_all_stay_in_range():
    made = space("encoder", **{"optimizer.learning_rate": FloatRange(9e-4, 1.1e-3, 1e-3, log=True)})
    dimensions = made.dimensions()
    for values in found(made):
        assert all(values[name] in dimensions[name] for name in dimensions)


def test_a_learning_rate_is_mostly_a_fifth_more_or_less():
    rates = [values["optimizer.learning_rate"] for values in found(space("encoder"))]
    near = [rate for rate in rates if rate in (pytest.approx(8e-4), pytest.approx(1.2e-3))]
    assert 0.6 < len(near) / len(rates) < 0.9, "three of four"


def test_zero_and_a_beta_near_one_move_too():
    values = found(space("encoder"))
    assert len({point["training.label_smoothing"] for point in values}) > 10
    assert len({point["optimizer.beta2"] for point in values}) > 10


def test_a_batch_size_goes_to_its_neighbour():
    sizes = [values["training.batch_size"] for values in found(space("encoder"))]
    assert sizes.count(8) + sizes.count(32) > 0.7 * len(sizes)


def test_the_same_seed_changes_alike_and_another_one_otherwise():
    made = space("encoder")
    assert explore(made, made.defaults(), "a") == explore(made, made.defaults(), "a")
    assert explore(made, made.defaults(), "a") != explore(made, made.defaults(), "b")


def test_what_is_fixed_stays():
    made = space("encoder", **{"optimizer.learning_rate": Choice((5e-4,), 5e-4)})
    assert {values["optimizer.learning_rate"] for values in found(made)} == {5e-4}


def test_the_algorithm_stays():
    made = space("auto")
    start = made.defaults("finetune")
    for seed in range(50):
        values = explore(made, start, str(seed))
        assert values["algorithm"] == "finetune"
        assert shape_of(made.replay(values)) == shape_of(made.replay(start))


def test_a_space_of_the_user_s_own_may_call_its_parameters_as_it_likes():
    def own(suggest: Suggest) -> Point:
        point = SPACES["encoder"](suggest)
        if suggest.real("speed", 0.1, 1.0, default=0.5) > 0.9:
            raise ValueError("too fast for me")
        return point

    made = Space("own", own)
    speeds = {explore(made, made.defaults(), str(seed))["speed"] for seed in range(100)}
    assert len(speeds) > 5
    assert max(speeds) <= 0.9
