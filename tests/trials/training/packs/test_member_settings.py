from dataclasses import replace

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from tests.trials.pretrained.checkpoints import BERT_SIZES
from tests.trials.training.packs.toy_pack import CPU, still_point, toy_model
from trials.training.optimization.loss import FOCUS
from trials.training.optimization.optimizer import build_optimizer, heights_of
from trials.training.packs.member_settings import MemberSettings
from trials.training.packs.stacked_weights import StackedWeights

POINT = still_point(beta1=0.8, beta2=0.9, epsilon=1e-5, weight_decay=0.25, gradient_clip=0.5, learning_rate=0.125)


@pytest.fixture
def settings():
    weights = StackedWeights(toy_model(POINT), 3, CPU, by_level=False)
    return MemberSettings(weights, 3, classes=3, device=CPU)


def test_a_place_has_the_settings_of_its_member(settings):
    focal = replace(POINT, training=replace(POINT.training, balance="focal", label_smoothing=0.5))
    settings.steps += 4
    settings.put(1, focal, None)
    named = (settings.beta1, settings.beta2, settings.epsilon, settings.decay, settings.clip, settings.smoothing)
    assert [float(each[1]) for each in named] == pytest.approx([0.8, 0.9, 1e-5, 0.25, 0.5, 0.5])
    assert settings.peaks[1].tolist() == [0.125] * len(settings.peaks[1])
    assert (float(settings.focus[1]), float(settings.steps[1])) == (FOCUS, 0.0)
    assert settings.steps.tolist() == [4.0, 0.0, 4.0]
    assert settings.class_weights[1].tolist() == [1.0, 1.0, 1.0]


def test_the_next_member_of_a_place_has_nothing_of_the_one_before(settings):
    focal = replace(POINT, training=replace(POINT.training, balance="focal", label_smoothing=0.5))
    settings.put(0, focal, torch.tensor([2.0, 0.5, 1.0]))
    assert settings.class_weights[0].tolist() == [2.0, 0.5, 1.0]
    settings.put(0, POINT, None)
    assert (float(settings.focus[0]), float(settings.smoothing[0])) == (0.0, 0.0)
    assert settings.class_weights[0].tolist() == [1.0, 1.0, 1.0]


def test_places_are_kept_in_the_wanted_order(settings):
    for place in range(3):
        settings.put(place, replace(POINT, optimizer=replace(POINT.optimizer, beta1=place / 10)), None)
    settings.select(torch.tensor([2, 0]))
    assert settings.beta1.tolist() == pytest.approx([0.2, 0.0])
    assert {len(value) for value in vars(settings).values() if isinstance(value, torch.Tensor)} == {2}


def test_each_level_of_a_pretrained_encoder_has_the_rate_that_the_optimizer_of_a_trial_alone_gives_it():
    model = BertForSequenceClassification(BertConfig(**BERT_SIZES))
    weights = StackedWeights(model, 1, CPU, by_level=True)
    point = still_point(learning_rate=0.1, head_learning_rate=0.7, layer_decay=0.5)
    settings = MemberSettings(weights, 1, classes=2, device=CPU)
    settings.put(0, point, None)
    found = {}
    for group, rate in zip(weights.groups, settings.peaks[0].tolist(), strict=True):
        found |= dict.fromkeys(group.shapes, rate)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    for group in build_optimizer(model, point.optimizer).param_groups:
        for parameter in group["params"]:
            assert found[names[id(parameter)]] == pytest.approx(group["lr"])
    assert len(set(found.values())) == heights_of(model)[1] + 2, "one for each level, and that of the head"
