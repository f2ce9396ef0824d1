"""The gated feed-forward half with a gradient written by hand: against differences, and against torch's operations."""

import pytest
import torch
from torch.nn.functional import gelu, layer_norm, relu, silu

from trials.models.cpu.gated import ACTIVATIONS, SLOPES, GatedFeedForward

WIDTH, BETWEEN = 4, 3
TORCH = {"gelu": gelu, "relu": relu, "silu": silu}


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def factors(rows: int) -> tuple[torch.Tensor, ...]:
    """Inputs, gain, inner and outer matrix."""
    return random(2, rows, WIDTH), random(WIDTH), random(2 * BETWEEN, WIDTH), random(WIDTH, BETWEEN)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_are_those_of_differences(activation: str, dropout: float) -> None:
    torch.manual_seed(0)

    def layer(*tensors: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(1)  # the same elements are dropped each time
        return GatedFeedForward.apply(*tensors, 1e-5, activation, dropout, torch.float64)

    assert torch.autograd.gradcheck(layer, factors(3))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_it_is_the_formula(activation: str) -> None:
    torch.manual_seed(0)
    inputs, gain, inner, outer = factors(3)
    signal, gate = (layer_norm(inputs, (WIDTH,), gain, None, 0.1) @ inner.T).chunk(2, dim=-1)
    expected = inputs + (TORCH[activation](signal) * gate) @ outer.T
    found = GatedFeedForward.apply(inputs, gain, inner, outer, 0.1, activation, 0.0, torch.float64)
    torch.testing.assert_close(found, expected)


def test_every_activation_has_its_slope() -> None:
    assert ACTIVATIONS.keys() == SLOPES.keys()


def test_dropout_keeps_the_mean() -> None:
    torch.manual_seed(0)
    tensors = factors(50)
    with torch.no_grad():
        expected = GatedFeedForward.apply(*tensors, 1e-5, "gelu", 0.0, torch.float64)
        draws = torch.stack([GatedFeedForward.apply(*tensors, 1e-5, "gelu", 0.3, torch.float64) for _ in range(2000)])
    errors = (draws.mean(dim=0) - expected) / (draws.std(dim=0) / len(draws) ** 0.5)
    assert errors.abs().max() < 5.0
    assert errors.std() == pytest.approx(1.0, abs=0.25)


def test_products_in_bf16_are_added_to_inputs_in_fp32() -> None:
    """The sum over the layers would lose its last digits in bf16."""
    inputs = torch.full((1, 1, WIDTH), 1000.25)
    gain, inner, outer = torch.ones(WIDTH), torch.randn(2 * BETWEEN, WIDTH), torch.zeros(WIDTH, BETWEEN)
    found = GatedFeedForward.apply(inputs, gain, inner, outer, 1e-5, "gelu", 0.0, torch.bfloat16)
    assert torch.equal(found, inputs)
