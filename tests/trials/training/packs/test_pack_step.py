from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.trials.training.packs.toy_pack import CPU, DATA, still_point, toy_model, weights_of
from trials.training.optimization.loss import build_row_losses, class_weights
from trials.training.packs.member_settings import MemberSettings
from trials.training.packs.pack_step import PackStep
from trials.training.packs.stacked_model import StackedModel
from trials.training.packs.stacked_weights import WEIGHT
from trials.training.static_steps import DeviceSplit

ROWS = 8
CLASSES = len(DATA.label_names)


def trained(balance, smoothing):
    point = still_point()
    return replace(point, training=replace(point.training, balance=balance, label_smoothing=smoothing))


POINTS = [trained("none", 0.0), trained("focal", 0.1), trained("weights", 0.2)]


@pytest.fixture
def step():
    stacked = StackedModel(toy_model(POINTS[0]), len(POINTS), CPU, by_level=False)
    settings = MemberSettings(stacked.weights, len(POINTS), CLASSES, CPU)
    weights = weights_of(toy_model(POINTS[0]))
    skewed = torch.from_numpy(class_weights(np.array([0, 0, 0, 1, 2]), CLASSES))
    for place, point in enumerate(POINTS):
        stacked.put(place, weights, point.architecture)
        settings.put(place, point, skewed if point.training.balance == "weights" else None)
    return PackStep(stacked, settings, DeviceSplit(DATA.train, CPU), rows=ROWS, dtype=torch.float32)


def made(step, batches, factors=(1.0, 1.0, 1.0)):
    step.load([np.array(rows, dtype=np.int64) for rows in batches], list(factors))
    losses = step.backward(32)
    step.update(losses)
    return losses


def weights_at(step, place):
    return {name: weight.clone() for name, weight in step._model.weights.of(place, WEIGHT).items()}


def test_the_losses_are_those_of_a_trial_alone_with_its_smoothing_and_balance(step):
    batches = [list(range(8)), list(range(8, 16)), list(range(16, 24))]
    model = toy_model(POINTS[0]).eval()
    losses = made(step, batches)
    skewed = np.array([0, 0, 0, 1, 2])
    for place, (rows, point) in enumerate(zip(batches, POINTS, strict=True)):
        tokens, mask = DeviceSplit(DATA.train, CPU).batch(torch.tensor(rows), 32)
        with torch.no_grad():
            logits = model(input_ids=tokens, attention_mask=mask).logits
        labels = torch.from_numpy(DATA.train.labels[rows].copy())
        alone = build_row_losses(point.training, skewed, CLASSES, CPU)(logits, labels)
        assert float(losses[place]) == pytest.approx(float(alone.sum()), rel=1e-4)
    torch.testing.assert_close(step.total, losses)


def test_only_the_rows_of_a_batch_count(step):
    long = made(step, [[0, 1, 2], [0, 1, 2], [0, 1, 2, 3, 4, 5, 6, 7]])
    step.resize(3)
    assert step.total.tolist() == [0.0, 0.0, 0.0]
    assert float(long[0]) < float(long[2]) < 8 * 3


def test_a_member_that_pauses_does_not_change(step):
    before = [weights_at(step, place) for place in range(3)]
    losses = made(step, [[0, 1], [], [2]], factors=(1.0, 0.0, 1.0))
    assert float(losses[1]) == 0.0
    assert step._settings.steps.tolist() == [1.0, 0.0, 1.0]
    changed = [
        any(not torch.equal(weight, before[place][name]) for name, weight in weights_at(step, place).items())
        for place in range(3)
    ]
    assert changed == [True, False, True]


def test_what_is_not_finite_in_a_member_does_not_reach_another(step):
    for weight in step._model.weights.of(1, WEIGHT).values():
        weight.fill_(float("inf"))
    losses = made(step, [[0, 1], [0, 1], [0, 1]])
    assert losses.isfinite().tolist() == [True, False, True]
    for place in (0, 2):
        assert all(weight.isfinite().all() for weight in weights_at(step, place).values())
