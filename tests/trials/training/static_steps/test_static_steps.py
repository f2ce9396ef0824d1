"""Steps of a few shapes against steps of each batch's own shape, on a CPU: the same numbers, up to rounding."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from search_spaces.spaces.encoder import ENCODERS
from tests.trials.training.test_trainer import DATA, FP32, model_of, still_point
from trials.training import Trainer, predict
from trials.training import compute as compute_module

PORTION, PORTIONS = 37, 11
"""Portions cut batches, and the 90 training texts do not fill whole ones."""


@pytest.fixture
def everywhere(monkeypatch):
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", {"cpu"})


def trainer_of(point, model=None, compute=FP32):
    budget = PORTION * PORTIONS
    return Trainer(model or model_of(point), point, DATA.train, budget=budget, seed=3, compute=compute)


def losses_and_weights(point):
    trainer = trainer_of(point)
    losses = [trainer.train(PORTION) for _ in range(PORTIONS)]
    with trainer.averaged():
        logits = predict(trainer._model, DATA.validation, FP32)
    return losses, {name: tensor.clone() for name, tensor in trainer.tensors().items()}, logits


def assert_same(point, monkeypatch):
    expected, weights, logits = losses_and_weights(point)
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", {"cpu"})
    found, others, seen = losses_and_weights(point)
    assert found == pytest.approx(expected, rel=1e-5)
    assert others.keys() == weights.keys()
    for name, weight in weights.items():
        if "key.bias" in name:
            continue  # its gradient is zero but for rounding: softmax does not see a shift of all keys
        torch.testing.assert_close(others[name], weight, rtol=1e-4, atol=1e-5, msg=name)
    np.testing.assert_allclose(seen, logits, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_family_learns_the_same(encoder, monkeypatch):
    point = still_point(encoder)
    assert_same(replace(point, training=replace(point.training, batch_size=8)), monkeypatch)


@pytest.mark.parametrize("balance", ["none", "weights", "focal", "sampling"])
def test_every_loss_is_the_same(balance, monkeypatch):
    point = still_point()
    assert_same(replace(point, training=replace(point.training, balance=balance, batch_size=8)), monkeypatch)


@pytest.mark.usefixtures("everywhere")
def test_a_step_has_always_the_same_shape(monkeypatch):
    point, shapes = still_point("bert/cls"), set()
    model = model_of(point)
    model.bert.embeddings.register_forward_hook(lambda module, inputs, output: shapes.add(tuple(output.shape)))
    embed = model.bert.embeddings.word_embeddings
    embed.register_forward_hook(lambda module, inputs, output: shapes.add(tuple(inputs[0].shape)))
    trainer = trainer_of(point, model)
    for _ in range(PORTIONS):
        trainer.train(PORTION)
    assert shapes <= {(point.training.batch_size, length) for length in (16, 24)}, shapes


@pytest.mark.usefixtures("everywhere")
def test_a_trial_that_resumes_learns_what_an_uninterrupted_one_does():
    point = still_point()
    whole = trainer_of(point)
    for _ in range(4):
        whole.train(PORTION)
    kept = {name: tensor.clone() for name, tensor in whole.tensors().items()}
    other = trainer_of(point)
    other.resume(kept, whole.examples)
    assert [other.train(PORTION) for _ in range(3)] == pytest.approx([whole.train(PORTION) for _ in range(3)], rel=1e-5)


@pytest.mark.parametrize("first", [{"cpu"}, set()])
def test_a_state_of_one_kind_of_steps_goes_on_with_the_other(first, monkeypatch):
    point = still_point()
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", first)
    begun = trainer_of(point)
    begun.train(PORTION)
    kept = {name: tensor.clone() for name, tensor in begun.tensors().items()}
    expected = begun.train(PORTION)
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", {"cpu"} - first)
    other = trainer_of(point)
    other.resume(kept, PORTION)
    assert other.train(PORTION) == pytest.approx(expected, rel=1e-5)


@pytest.mark.usefixtures("everywhere")
def test_where_memory_is_short_batches_are_computed_in_parts_and_nothing_else_changes(monkeypatch):
    point = still_point()
    expected = [trainer_of(point).train(PORTION)]
    real, tries = torch.Tensor.backward, []

    def backward(loss, *rest, **named):
        tries.append(None)
        if len(tries) == 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(loss, *rest, **named)

    monkeypatch.setattr(torch.Tensor, "backward", backward)
    compute = replace(FP32, parts=type(FP32.parts)())
    trainer = trainer_of(point, compute=compute)
    assert [trainer.train(PORTION)] == pytest.approx(expected, rel=1e-5)
    assert compute.parts.count == 2


def test_a_cpu_keeps_its_own_shapes():
    assert trainer_of(still_point())._static is None
