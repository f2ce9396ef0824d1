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
