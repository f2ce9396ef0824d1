import pytest
import torch
from torch.func import vmap
from torch.nn import functional

from trials.training.packs.stacked_functions import StackedFunctions

WEIGHT, INPUTS = torch.randn(4, 4), torch.randn(3, 5, 4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_large_products_are_computed_in_the_format_and_norms_in_fp32(dtype):
    with StackedFunctions(dtype):
        product = vmap(lambda own: functional.linear(own, WEIGHT))(INPUTS)
        norm = functional.layer_norm(product, (4,))
        weights = torch.softmax(product, dim=-1)
    assert (product.dtype, norm.dtype, weights.dtype) == (dtype, torch.float32, torch.float32)
    expected = functional.linear(INPUTS.to(dtype), WEIGHT.to(dtype))
    torch.testing.assert_close(product, expected)


def test_what_is_no_number_with_a_fraction_stays():
    index, table = torch.tensor([0, 2]), torch.randn(3, 4)
    with StackedFunctions(torch.bfloat16):
        assert functional.embedding(index, table).dtype == torch.float32
        outputs = functional.scaled_dot_product_attention(
            INPUTS[:, None], INPUTS[:, None], INPUTS[:, None], torch.ones(3, 1, 5, 5, dtype=torch.bool)
        )
    assert outputs.dtype == torch.bfloat16


def test_gradients_reach_weights_in_fp32():
    weight = WEIGHT.clone().requires_grad_()
    with StackedFunctions(torch.bfloat16):
        vmap(lambda own: functional.linear(own, weight))(INPUTS).sum().backward()
    assert weight.grad.dtype == torch.float32
    torch.testing.assert_close(weight.grad, INPUTS.sum((0, 1)).expand(4, 4), rtol=0.05, atol=0.1)
