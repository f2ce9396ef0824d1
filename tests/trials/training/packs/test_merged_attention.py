import pytest
import torch
from torch.func import vmap
from torch.nn.functional import scaled_dot_product_attention

from trials.training.packs.merged_attention import merged_attention

SHAPE = (2, 2, 5, 4)
"""Texts, heads, length and width."""


def inputs(members=3):
    torch.manual_seed(0)
    return [torch.randn(members, *SHAPE, requires_grad=True) for _ in range(3)]


@pytest.mark.parametrize("kind", ["none", "shared", "own"])
def test_every_member_gets_its_outputs_and_gradients_as_alone(kind):
    together, alone = inputs(), inputs()
    masks = torch.rand(3, SHAPE[0], 1, 5, 5) > 0.3
    masks[..., 0] = True
    mask = {"none": None, "shared": masks[0], "own": masks}[kind]
    dimension = 0 if kind == "own" else None
    outputs = vmap(lambda *args: merged_attention(*args, is_causal=False), in_dims=(0, 0, 0, dimension))(
        *together, mask
    )
    each = [
        scaled_dot_product_attention(*(tensor[own] for tensor in alone), masks[own] if kind == "own" else mask)
        for own in range(3)
    ]
    torch.testing.assert_close(outputs, torch.stack(each))
    outputs.pow(2).sum().backward()
    torch.stack(each).pow(2).sum().backward()
    for mine, other in zip(together, alone, strict=True):
        torch.testing.assert_close(mine.grad, other.grad)


def test_what_all_members_share_is_expanded():
    query, key, value = (each.detach() for each in inputs())
    outputs = vmap(merged_attention, in_dims=(0, None, None))(query, key[0], value[0])
    for own in range(3):
        torch.testing.assert_close(outputs[own], scaled_dot_product_attention(query[own], key[0], value[0]))
