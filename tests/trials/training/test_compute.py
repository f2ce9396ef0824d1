"""Logits of a batch, as a trial computes them."""

import numpy as np
import pytest
import torch

from tests.trials.models.building import build
from trials.data.encoding.batches import Batch
from trials.training.compute import Compute

CPU = torch.device("cpu")
TOKENS = np.arange(12, dtype=np.int64).reshape(2, 6) + 5
MASK = np.array([[True] * 6, [True] * 2 + [False] * 4])
LABELS = np.zeros(2, dtype=np.int64)


@pytest.mark.parametrize("padded", [False, True])
def test_they_are_those_of_transformers(padded: bool) -> None:
    model, mask = build("modernbert/mean").eval(), MASK if padded else None
    with torch.inference_mode():
        found = Compute(CPU, torch.float32).logits(model, Batch(TOKENS, mask, LABELS))
        theirs = model(
            input_ids=torch.from_numpy(TOKENS), attention_mask=None if mask is None else torch.from_numpy(mask)
        ).logits
    torch.testing.assert_close(found, theirs, rtol=1e-4, atol=1e-5)


def test_in_bf16_they_come_in_fp32_and_differ() -> None:
    model = build("modernbert/mean").eval()
    batch = Batch(TOKENS, MASK, LABELS)
    with torch.inference_mode():
        exact, rounded = (Compute(CPU, dtype).logits(model, batch) for dtype in (torch.float32, torch.bfloat16))
    assert rounded.dtype is torch.float32
    assert not torch.equal(exact, rounded)
    torch.testing.assert_close(rounded, exact, rtol=0.05, atol=0.02)


def test_each_has_a_number_of_parts_of_its_own() -> None:
    one, other = Compute(CPU, torch.float32), Compute(CPU, torch.float32)
    one.parts.count = 4
    assert other.parts.count == 1
