from dataclasses import replace

import pytest
import torch

from tests.trials.training.packs.toy_pack import COMPUTE, CPU, DATA, still_point, toy_model, weights_of
from trials.training import build
from trials.training.packs.stacked_model import StackedModel
from trials.training.packs.stacked_weights import AVERAGE, WEIGHT
from trials.training.static_steps import DeviceSplit

POINT = still_point()
TEXTS = DeviceSplit(DATA.validation, CPU)


@pytest.fixture
def models():
    """Two models with weights of their own."""
    return [toy_model(POINT, seed) for seed in (1, 2)]


@pytest.fixture
def stacked(models):
    found = StackedModel(toy_model(POINT), 3, CPU, by_level=False)
    for place, model in enumerate(models):
        found.put(place, weights_of(model), POINT.architecture)
    return found


def alone(model, rows):
    tokens, mask = TEXTS.batch(torch.tensor(rows), 32)
    with torch.no_grad():
        return model.eval()(input_ids=tokens, attention_mask=mask).logits


def test_each_model_gives_the_logits_that_it_gives_alone(stacked, models):
    first, second = TEXTS.batch(torch.tensor([0, 1]), 32), TEXTS.batch(torch.tensor([2, 3]), 32)
    tokens, mask = (torch.stack([a, b, b]) for a, b in zip(first, second, strict=True))
    with torch.no_grad():
        logits = stacked.logits(tokens, mask, torch.float32)
    torch.testing.assert_close(logits[0], alone(models[0], [0, 1]), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(logits[1], alone(models[1], [2, 3]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("places", [[0, 1, 2], [1], [1, 0]])
def test_averaged_models_are_evaluated_on_the_same_texts(stacked, models, places):
    stacked.weights.put(1, WEIGHT, {})  # their weights do not matter
    with torch.no_grad():
        found = stacked.evaluated(places, *TEXTS.batch(torch.tensor([4, 5, 6]), 32), torch.float32)
    assert found.shape == (len(places), 3, len(DATA.label_names))
    for place, logits in zip(places, found, strict=True):
        if place < 2:
            torch.testing.assert_close(logits, alone(models[place], [4, 5, 6]), rtol=1e-4, atol=1e-5)


def test_the_averaged_model_of_a_place_has_its_weights_and_its_config(stacked, models):
    own = replace(POINT.architecture, hidden_dropout=0.25)
    stacked.put(1, weights_of(models[1]), own)
    stacked.weights.put(1, WEIGHT, {})
    model = stacked.averaged(1)
    for name, weight in weights_of(models[1]).items():
        assert torch.equal(dict(model.named_parameters())[name], weight)
    assert model.config.to_dict() == build(own, DATA, COMPUTE).config.to_dict()
    assert stacked.averaged(0).config.to_dict() == build(POINT.architecture, DATA, COMPUTE).config.to_dict()


def test_dropout_of_one_member_does_not_concern_another(stacked, models):
    dropping = replace(POINT.architecture, hidden_dropout=0.5)
    assert stacked.put(1, weights_of(models[1]), dropping), "the program has changed"
    assert not stacked.put(1, weights_of(models[1]), dropping)
    assert not stacked.put(1, weights_of(models[1]), POINT.architecture), "it may go on with one that drops nothing"
    assert stacked.put(1, weights_of(models[1]), dropping)
    tokens, mask = (each.expand(3, *each.shape) for each in TEXTS.batch(torch.tensor([0, 1]), 32))
    with torch.no_grad():
        logits = stacked.logits(tokens, mask, torch.float32)
    torch.testing.assert_close(logits[0], alone(models[0], [0, 1]), rtol=1e-4, atol=1e-5)
    assert not torch.allclose(logits[1], alone(models[1], [0, 1]), atol=1e-3)


def test_a_new_member_has_no_moments_and_averages_that_equal_its_weights(stacked, models):
    stacked.weights.put(0, "exp_avg", weights_of(models[0]))
    stacked.put(0, weights_of(models[1]), POINT.architecture)
    assert not any(each.any() for each in stacked.weights.of(0, "exp_avg").values())
    for name, weight in weights_of(models[1]).items():
        assert torch.equal(stacked.weights.of(0, AVERAGE)[name], weight)
        assert torch.equal(stacked.state_dict(0)[name], weight)


def test_places_are_kept_in_the_wanted_order(stacked, models):
    dropping = replace(POINT.architecture, hidden_dropout=0.5)
    stacked.put(1, weights_of(models[1]), dropping)
    stacked.select([1])
    assert stacked.averaged(0).config.to_dict() == build(dropping, DATA, COMPUTE).config.to_dict()
    assert {rates.tolist()[0] for rates in stacked._rates.values()} >= {0.5}
    stacked.put(0, weights_of(models[0]), POINT.architecture)
    tokens, mask = (each[None] for each in TEXTS.batch(torch.tensor([0, 1]), 32))
    with torch.no_grad():
        logits = stacked.logits(tokens, mask, torch.float32)
    torch.testing.assert_close(logits[0], alone(models[0], [0, 1]), rtol=1e-4, atol=1e-5)
