"""One space of several algorithms."""

import pytest

from search_spaces import ALGORITHM, CHECKPOINT, SPACES, Choice, Linear, Point, Pretrained, Probe, Space
from search_spaces.spaces.auto import ALGORITHMS, LATER, PRETRAINED

AUTO = Space("auto", SPACES["auto"])


def test_each_algorithm_gives_the_default_point_of_its_own_space():
    for algorithm in AUTO.algorithms():
        own = Space(str(algorithm), ALGORITHMS[algorithm])
        assert AUTO.replay(AUTO.defaults(algorithm)) == own.replay(own.defaults())


def test_the_first_trial_is_a_linear_model():
    assert isinstance(AUTO.replay(AUTO.defaults()), Linear)


def test_one_override_names_the_checkpoint_of_every_pretrained_algorithm_and_of_no_other():
    space = Space("auto", SPACES["auto"], {CHECKPOINT: Choice(("mine",), "mine")})
    found = {}
    for algorithm, point in zip(space.algorithms(), space.default_points(), strict=True):
        match point:
            case Probe():
                found[algorithm] = {point.text.checkpoint}
            case Point(architecture=Pretrained()):
                found[algorithm] = {point.text.checkpoint, point.architecture.checkpoint}
    assert found == {algorithm: {"mine"} for algorithm in PRETRAINED if algorithm in ALGORITHMS}


def test_parameters_of_two_algorithms_are_apart():
    values = AUTO.defaults("finetune")
    changed = AUTO.replay({**values, "finetune.optimizer.beta1": 0.81, "subnet.optimizer.beta1": 0.82})
    assert changed.optimizer.beta1 == 0.81


def test_an_algorithm_that_does_not_exist_is_no_point():
    with pytest.raises(KeyError, match="boosting"):
        AUTO.replay({ALGORITHM: "boosting"})


def test_algorithms_that_come_later_are_among_all_and_the_default_is_not():
    assert set(LATER) < set(AUTO.algorithms())
    assert AUTO.algorithms()[0] not in LATER
