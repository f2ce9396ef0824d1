"""Rotary positions in one product: against ModernBERT's own five passes, and against differences."""

import torch
from transformers.models.modernbert.modeling_modernbert import apply_rotary_pos_emb

from trials.models.cpu.rotary import RotaryProjection, rotations_of

HEADS, HEAD_WIDTH = 2, 6
WIDTH = HEADS * HEAD_WIDTH


def theirs(inputs: torch.Tensor, weight: torch.Tensor, base: float) -> tuple[torch.Tensor, ...]:
    """Queries, keys and values as ModernBERT computes them."""
    batch, length, _ = inputs.shape
    parts = (inputs @ weight.T).view(batch, length, 3, HEADS, HEAD_WIDTH).permute(2, 0, 3, 1, 4)
    frequencies = base ** (-torch.arange(0, HEAD_WIDTH, 2) / HEAD_WIDTH)
    angles = torch.arange(length)[:, None] * frequencies
    doubled = torch.cat([angles, angles], dim=-1)[None]
    queries, keys = apply_rotary_pos_emb(parts[0], parts[1], doubled.cos(), doubled.sin())
    return queries, keys, parts[2]


def test_scores_and_values_are_those_of_modernbert() -> None:
    """Features of a head come in another order, which a sum over them does not see."""
    torch.manual_seed(0)
    inputs, weight = torch.randn(3, 7, WIDTH), torch.randn(3 * WIDTH, WIDTH)
    queries, keys, values = theirs(inputs, weight, 500.0)
    rotations = rotations_of(7, WIDTH, HEAD_WIDTH, 500.0)
    found = RotaryProjection.apply(inputs, weight, rotations, HEADS, torch.float32)
    torch.testing.assert_close(found[0] @ found[1].mT, queries @ keys.mT, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(found[2], values)


def test_gradients_are_those_of_differences() -> None:
    torch.manual_seed(0)
    rotations = rotations_of(3, 4, 2, 10_000.0).to(torch.complex128)
    inputs, weight = (torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in ((2, 3, 4), (12, 4)))
    assert torch.autograd.gradcheck(
        lambda *given: RotaryProjection.apply(*given, rotations, 2, torch.float64), (inputs, weight)
    )


def test_in_bf16_angles_are_not_rounded() -> None:
    """At position 300 an angle in bf16 would be off by up to one radian."""
    torch.manual_seed(0)
    inputs, weight = torch.randn(1, 301, WIDTH), torch.randn(3 * WIDTH, WIDTH) / WIDTH**0.5
    rotations = rotations_of(301, WIDTH, HEAD_WIDTH, 500.0)
    exact = RotaryProjection.apply(inputs, weight, rotations, HEADS, torch.float32)
    rounded = RotaryProjection.apply(inputs, weight, rotations, HEADS, torch.bfloat16)
    for one, other in zip(rounded, exact, strict=True):
        assert one.dtype is torch.bfloat16
        torch.testing.assert_close(one.float(), other, rtol=0.05, atol=0.05)


def test_turns_that_an_evaluation_has_made_serve_for_training() -> None:
    rotations_of.cache_clear()
    with torch.inference_mode():
        rotations = rotations_of(5, 4, 2, 10_000.0)
    assert not rotations.is_inference()
    assert rotations_of(5, 4, 2, 10_000.0) is rotations
