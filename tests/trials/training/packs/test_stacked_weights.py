import pytest
import torch

from tests.trials.training.packs.toy_pack import CPU, still_point, toy_model, weights_of
from trials.training.packs.stacked_weights import AVERAGE, FIRST, KINDS, WEIGHT, StackedWeights


@pytest.fixture
def model():
    return toy_model(still_point())


@pytest.fixture
def stacked(model):
    found = StackedWeights(model, 3, CPU, by_level=False)
    for place in range(3):
        found.put(place, WEIGHT, {name: weight + place for name, weight in weights_of(model).items()})
    return found


def test_each_member_has_the_weights_that_it_was_given(stacked, model):
    for place in range(3):
        for name, weight in stacked.of(place, WEIGHT).items():
            torch.testing.assert_close(weight, weights_of(model)[name] + place)
    assert set(stacked.names()) == set(weights_of(model))


def test_leaves_are_the_weights_themselves_and_receive_gradients_of_one_member_each(stacked):
    sum((leaf[1] ** 2).sum() for leaf in stacked.leaves().values()).backward()
    for group in stacked.groups:
        gradients = group.gradients()
        torch.testing.assert_close(gradients[1], 2 * group.matrices[WEIGHT][1])
        assert not gradients[0].any() and not gradients[2].any()
        group.matrices[WEIGHT].zero_()
        group.forget_gradients()
        assert not group.gradients().any()
    assert not any(leaf.any() for leaf in stacked.leaves().values())


def test_what_was_not_used_has_a_gradient_of_zero(stacked):
    name, leaf = next(iter(stacked.leaves().items()))
    leaf.sum().backward()
    group = next(group for group in stacked.groups if name in group.shapes)
    assert group.gradients().sum() == leaf.numel()
    assert not any(other.gradients().any() for other in stacked.groups if other is not group)


def test_what_is_not_given_becomes_zero_and_other_members_and_kinds_do_not_change(stacked):
    stacked.put(1, FIRST, {name: torch.ones_like(weight) for name, weight in stacked.of(1, WEIGHT).items()})
    before = {kind: stacked.of(0, kind) for kind in KINDS}
    before = {kind: {name: value.clone() for name, value in own.items()} for kind, own in before.items()}
    stacked.put(1, FIRST, {})
    assert not any(value.any() for value in stacked.of(1, FIRST).values())
    for kind, own in before.items():
        for name, value in own.items():
            assert torch.equal(stacked.of(0, kind)[name], value)
    assert any(value.any() for value in stacked.of(1, WEIGHT).values())


def test_places_are_kept_in_the_wanted_order_with_all_that_belongs_to_them(stacked, model):
    stacked.put(2, AVERAGE, weights_of(model))
    stacked.select([2, 0])
    for name, weight in weights_of(model).items():
        torch.testing.assert_close(stacked.of(0, WEIGHT)[name], weight + 2)
        torch.testing.assert_close(stacked.of(1, WEIGHT)[name], weight)
        torch.testing.assert_close(stacked.of(0, AVERAGE)[name], weight)
        assert stacked.leaves()[name].shape == (2, *weight.shape)
        assert stacked.averages()[name].shape == (2, *weight.shape)


def test_matrices_decay_and_biases_and_gains_do_not(stacked):
    for group in stacked.groups:
        assert {len(shape) >= 2 for shape in group.shapes.values()} == {group.decays}


def test_frozen_weights_are_not_kept_for_each_member(model):
    name, parameter = next(iter(model.named_parameters()))
    parameter.requires_grad_(False)
    assert name not in set(StackedWeights(model, 2, CPU, by_level=False).names())
