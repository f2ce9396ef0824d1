"""ModernBERT's own forward pass, at the ends of what it is given, with either pooling."""

import pytest
import torch

from tests.trials.models.cpu.models import MASK, TOKENS, assert_same_at_the_edges, build
from trials.models.cpu.modernbert import modernbert_logits, modernbert_states


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_logits_at_the_edges_are_those_of_transformers(pooling: str) -> None:
    assert_same_at_the_edges(modernbert_logits, f"modernbert/{pooling}", heads=3, head_width=6, feed_forward_ratio=1.4)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_logits_follow_from_the_pooled_states(pooling: str) -> None:
    model = build(f"modernbert/{pooling}").eval()
    with torch.inference_mode():
        states = modernbert_states(model, TOKENS, MASK, torch.float32)
        mean = torch.stack([row[real].mean(dim=0) for row, real in zip(states, MASK, strict=True)])
        expected = model.classifier(model.head(states[:, 0] if pooling == "cls" else mean))
        torch.testing.assert_close(modernbert_logits(model, TOKENS, MASK, torch.float32), expected)


def test_a_mean_reads_no_padding() -> None:
    model = build("modernbert/mean").eval()
    others = torch.where(MASK, TOKENS, 49 - TOKENS)
    with torch.inference_mode():
        found = [modernbert_logits(model, tokens, MASK, torch.float32) for tokens in (TOKENS, others)]
    torch.testing.assert_close(*found)
