"""The training loop of the stage: its gradients, whatever the parts, and what it leaves alone."""

from dataclasses import replace

import pytest
import torch

from search_spaces import Pretraining
from tests.trials.pretraining.sharers import DATA
from tests.trials.toy import toy_point
from trials.hardware.micro_batches import MicroBatches
from trials.models import build_model
from trials.pretraining.mlm_trainer import MlmTrainer
from trials.training import compute as compute_module
from trials.training.compute import Compute

SETTINGS = Pretraining(epochs=3.0, learning_rate=3e-3, mask_share=0.15)


def trainer(encoder: str = "modernbert/mean", parts: int = 1, dtype: torch.dtype = torch.float32) -> MlmTrainer:
    torch.manual_seed(0)
    still = {"hidden_dropout": 0.0, "classifier_dropout": 0.0}
    model = build_model(
        replace(toy_point(encoder).architecture, **still),
        vocabulary_size=DATA.vocabulary_size,
        max_length=DATA.max_length,
        label_names=DATA.label_names,
    )
    return MlmTrainer(model, SETTINGS, DATA, seed=0, compute=Compute(torch.device("cpu"), dtype, MicroBatches(parts)))


@pytest.mark.parametrize("encoder", ["modernbert/mean", "bert/cls"])
def test_it_passes_over_all_texts_and_the_classifier_is_left_alone(encoder: str) -> None:
    found = trainer(encoder)
    before = {name: tensor.clone() for name, tensor in found._encoder.state_dict().items()}
    assert sum(1 for _ in found.steps()) == 15 and found.examples == found.budget == 480
    prefix = f"{found._encoder.base_model_prefix}."
    changed = {name for name, tensor in found._encoder.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed and all(name.startswith(prefix) for name in changed)
    assert found.encoder().keys() == found._encoder.base_model.state_dict().keys()


def test_batches_in_parts_give_the_same_encoder() -> None:
    whole, parted = trainer(), trainer(parts=4)
    for found in (whole, parted):
        steps = found.steps()
        for _ in range(3):
            next(steps)
    for name, tensor in whole.encoder().items():
        torch.testing.assert_close(parted.encoder()[name], tensor, rtol=1e-4, atol=1e-6, msg=name)
    assert parted.loss == pytest.approx(whole.loss, rel=1e-4)


@pytest.mark.parametrize("encoder", ["modernbert/mean", "bert/cls"])
def test_steps_of_a_few_shapes_give_the_same_encoder(encoder: str, monkeypatch) -> None:
    expected = trainer(encoder)
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", {"cpu"})
    found = trainer(encoder)
    monkeypatch.setattr(MlmTrainer, "_dynamic_step", lambda *_: pytest.fail("a step has a shape of its own"))
    steps = found.steps()
    for _ in range(10):
        next(steps)
    monkeypatch.undo()
    others = expected.steps()
    for _ in range(10):
        next(others)
    for name, tensor in expected.encoder().items():
        if "key.bias" not in name:  # its gradient is zero but for rounding
            torch.testing.assert_close(found.encoder()[name], tensor, rtol=1e-3, atol=1e-5, msg=name)
    assert found.loss == pytest.approx(expected.loss, rel=1e-4)
    assert found.examples == expected.examples


def test_a_batch_with_more_masked_tokens_than_a_step_has_room_for_keeps_its_own_shape(monkeypatch) -> None:
    expected = trainer()
    assert all(True for _ in expected.steps())
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", {"cpu"})
    found = trainer()
    room = found._masked_step.most_masked
    steps = found.steps()
    for number, _ in enumerate(steps):
        found._masked_step.most_masked = (lambda length: 0) if number % 2 else room
    assert found.loss == pytest.approx(expected.loss, rel=1e-3)
    assert found._compute.parts.count == 1, "memory was not short"


def test_a_static_stage_goes_on_where_another_one_was(monkeypatch) -> None:
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", {"cpu"})
    whole, first, second = trainer(), trainer(), trainer()
    assert all(True for _ in whole.steps())
    steps = first.steps()
    for _ in range(7):
        next(steps)
    second.resume({name: tensor.clone() for name, tensor in first.tensors().items()}, first.examples)
    assert sum(1 for _ in second.steps()) == 8
    assert all(torch.equal(tensor, second.tensors()[name]) for name, tensor in whole.tensors().items())


def test_memory_that_the_stage_holds_is_not_asked_for_after_it() -> None:
    found = trainer()
    before = found._compute.parts.spare
    assert all(True for _ in found.steps())
    assert found._compute.parts.spare == before


def test_fp16_learns_as_well_and_goes_on_with_its_scale() -> None:
    exact, whole, first, second = trainer(), *(trainer(dtype=torch.float16) for _ in range(3))
    for found in (exact, whole):
        assert all(True for _ in found.steps())
    assert whole.loss == pytest.approx(exact.loss, rel=0.05)
    steps = first.steps()
    for _ in range(7):
        next(steps)
    second.resume({name: tensor.clone() for name, tensor in first.tensors().items()}, first.examples)
    assert all(True for _ in second.steps())
    assert second.tensors()["scale.finite_steps"] == whole.tensors()["scale.finite_steps"] > 8
    assert second.loss == whole.loss


def test_bf16_learns_as_well() -> None:
    exact, rounded = trainer(), trainer(dtype=torch.bfloat16)
    for found in (exact, rounded):
        assert all(True for _ in found.steps())
    assert rounded.loss == pytest.approx(exact.loss, rel=0.05)


def test_it_goes_on_where_another_one_was() -> None:
    whole, first = trainer(), trainer()
    assert all(True for _ in whole.steps())
    steps = first.steps()
    for _ in range(7):
        next(steps)
    kept = {name: tensor.clone() for name, tensor in first.tensors().items()}
    second = trainer()
    second.resume(kept, first.examples)
    assert sum(1 for _ in second.steps()) == 8
    assert all(torch.equal(tensor, second.tensors()[name]) for name, tensor in whole.tensors().items())
