from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.trials.training.test_trainer import DATA, FP32, model_of, still_point
from trials.data.encoding.batches import collate
from trials.hardware import MicroBatches
from trials.training.static_steps import look
from trials.training.static_steps.look import look_from_device

BATCHES = [np.array([7, 0, 2]), np.array([5]), np.array([1, 1, 3, 9, 4])]


@pytest.fixture
def model():
    return model_of(still_point("bert/cls")).eval()


def expected(model) -> torch.Tensor:
    """The logits of each text alone, as transformers gives them."""
    found = []
    for row in np.concatenate(BATCHES):
        batch = collate(DATA.validation, np.array([row]))
        found.append(model(input_ids=torch.from_numpy(batch.tokens)).logits)
    return torch.cat(found)


@torch.inference_mode()
def test_each_text_has_its_logits_in_the_order_of_the_batches(model):
    logits = look_from_device(model, DATA.validation, BATCHES, FP32)
    torch.testing.assert_close(logits, expected(model), rtol=1e-4, atol=1e-5)


@torch.inference_mode()
def test_where_memory_is_short_it_is_computed_in_parts_with_the_same_result(model, monkeypatch):
    sizes: list[int] = []

    def logits_of(model, tokens, *rest):
        sizes.append(len(tokens))
        if len(tokens) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(model, tokens, *rest)

    real = look.logits_of
    monkeypatch.setattr(look, "logits_of", logits_of)
    compute = replace(FP32, parts=MicroBatches())
    logits = look_from_device(model, DATA.validation, BATCHES, compute)
    assert (sizes[0], compute.parts.count) == (3, 4)
    torch.testing.assert_close(logits, expected(model), rtol=1e-4, atol=1e-5)
