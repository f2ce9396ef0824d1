"""RoFormer's own forward pass, at the ends of what it is given."""

import torch

from tests.trials.models.cpu.models import TOKENS, assert_same_at_the_edges, build
from trials.models.cpu.roformer import roformer_logits


def test_logits_at_the_edges_are_those_of_transformers() -> None:
    assert_same_at_the_edges(roformer_logits, "roformer/cls", heads=3, head_width=6)


def test_only_rotations_tell_the_order_of_tokens() -> None:
    model = build("roformer/cls").eval()
    turned = torch.cat([TOKENS[:, :1], TOKENS[:, 1:].flip(1)], dim=1)

    def difference() -> float:
        found = [roformer_logits(model, tokens, None, torch.float32) for tokens in (TOKENS, turned)]
        return float((found[0] - found[1]).abs().max())

    with torch.inference_mode():
        assert difference() > 1e-5
        table = model.roformer.encoder.embed_positions.weight
        table[:, : table.shape[1] // 2] = 0.0  # sines
        table[:, table.shape[1] // 2 :] = 1.0  # cosines
        assert difference() < 1e-6
