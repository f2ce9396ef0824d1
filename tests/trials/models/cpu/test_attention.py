"""Attention with a gradient written by hand: against differences in double precision, and against torch's kernel."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from trials.models.cpu import attention
from trials.models.cpu.attention import attend

PADDED = torch.tensor([0.0, 0.0, float("-inf")]).view(1, 1, 1, 3).repeat(2, 1, 1, 1)


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("queries", [3, 1], ids=["every token", "first token"])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("bias", [None, PADDED], ids=["whole", "padded"])
def test_gradients_are_those_of_differences(bias: torch.Tensor | None, dropout: float, queries: int) -> None:
    torch.manual_seed(0)
    tensors = random(2, 2, queries, 2), random(2, 2, 3, 2), random(2, 2, 3, 2)

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


def test_bf16_scores_become_weights_in_fp32() -> None:
    """Over many equal scores a bf16 sum would stand still at 256."""
    queries, values = torch.zeros(1, 1, 1, 2, dtype=torch.bfloat16), torch.ones(1, 1, 1000, 2, dtype=torch.bfloat16)
    found = attend(queries, torch.zeros_like(values), values, None, 0.0)
    assert found.dtype is torch.bfloat16
    torch.testing.assert_close(found.float(), torch.ones(1, 1, 1, 2), rtol=0.01, atol=0.0)


def test_inputs_are_left_as_they_are() -> None:
    tensors = [torch.randn(2, 2, 3, 4) for _ in range(3)]
    before = [tensor.clone() for tensor in tensors]
    attend(*tensors, PADDED, 0.3)
    assert all(torch.equal(tensor, then) for tensor, then in zip(tensors, before, strict=True))
