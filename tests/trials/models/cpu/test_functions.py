"""Gradients written by hand, against differences, in double precision."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from trials.models.cpu import attention
from trials.models.cpu.attention import attend
from trials.models.cpu.gated import ACTIVATIONS, GatedFeedForward
from trials.models.cpu.rotary import RotaryProjection, turns_of

WIDTH, BETWEEN = 8, 6


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gated_feed_forward(activation: str, dropout: float) -> None:
    torch.manual_seed(0)
    tensors = random(2, 3, WIDTH), random(WIDTH), random(2 * BETWEEN, WIDTH), random(WIDTH, BETWEEN)

    def layer(*tensors: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(1)  # the same elements are dropped each time
        return GatedFeedForward.apply(*tensors, 1e-5, activation, dropout, torch.float64)

    assert torch.autograd.gradcheck(layer, tensors)


def test_dropout_keeps_the_mean() -> None:
    torch.manual_seed(0)
    tensors = random(1, 50, WIDTH), random(WIDTH), random(2 * BETWEEN, WIDTH), random(WIDTH, BETWEEN)
    with torch.no_grad():
        expected = GatedFeedForward.apply(*tensors, 1e-5, "gelu", 0.0, torch.float64)
        draws = torch.stack([GatedFeedForward.apply(*tensors, 1e-5, "gelu", 0.3, torch.float64) for _ in range(2000)])
    errors = (draws.mean(dim=0) - expected) / (draws.std(dim=0) / len(draws) ** 0.5)
    assert errors.abs().max() < 5.0
    assert errors.std() == pytest.approx(1.0, abs=0.25)


def test_rotary_projection() -> None:
    torch.manual_seed(0)
    turns = turns_of(3, WIDTH, 4, 10_000.0).to(torch.complex128)
    assert torch.autograd.gradcheck(
        lambda inputs, weight: RotaryProjection.apply(inputs, weight, turns, 2, torch.float64),
        (random(2, 3, WIDTH), random(3 * WIDTH, WIDTH)),
    )


PADDED = torch.tensor([0.0, 0.0, float("-inf")]).view(1, 1, 1, 3).repeat(2, 1, 1, 1)


@pytest.mark.parametrize("queries", [3, 1], ids=["every token", "first token"])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("bias", [None, PADDED], ids=["whole", "padded"])
def test_attention(bias: torch.Tensor | None, dropout: float, queries: int) -> None:
    torch.manual_seed(0)
    tensors = random(2, 2, queries, 4), random(2, 2, 3, 4), random(2, 2, 3, 4)

    def mix(*tensors: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(1)  # the same weights are dropped each time
        return attend(*tensors, bias, dropout)

    assert torch.autograd.gradcheck(mix, tensors)


@pytest.mark.parametrize("bias", [None, PADDED], ids=["whole", "padded"])
def test_attention_is_that_of_torch_whichever_way_it_goes(
    bias: torch.Tensor | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensors = [torch.randn(2, 2, 3, 4) for _ in range(3)]
    expected = scaled_dot_product_attention(*tensors, attn_mask=bias)
    torch.testing.assert_close(attend(*tensors, bias, 0.0), expected)
    monkeypatch.setattr(attention, "MOST_SCORES", 0)
    torch.testing.assert_close(attend(*tensors, bias, 0.0), expected, rtol=0, atol=0)


def test_dropped_attention_keeps_the_mean() -> None:
    torch.manual_seed(0)
    tensors = [torch.randn(1, 2, 5, 4) for _ in range(3)]
    expected = attend(*tensors, None, 0.0)
    draws = torch.stack([attend(*tensors, None, 0.3) for _ in range(2000)])
    errors = (draws.mean(dim=0) - expected) / (draws.std(dim=0) / len(draws) ** 0.5)
    assert errors.abs().max() < 5.0
