"""The parts that BERT's relatives are put together from."""

from copy import deepcopy

import numpy as np
import pytest
import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

from trials.models.cpu.layers import attended, fed_forward, linear, mean_of_real, padding_bias, post_norm

MASK = torch.tensor([[True, True, True], [True, False, False]])


@pytest.fixture(scope="module")
def layer() -> nn.Module:
    """A layer of BERT, without dropout, whose norms are not at their first values."""
    torch.manual_seed(0)
    config = BertConfig(vocab_size=9, hidden_size=16, num_hidden_layers=1, num_attention_heads=4, intermediate_size=24)
    found = BertForSequenceClassification(config).eval().bert.encoder.layer[0]
    for parameter in found.parameters():
        parameter.data.add_(torch.randn_like(parameter), alpha=0.2)
    return found


def test_padding_gets_no_weight_and_all_real_needs_no_bias() -> None:
    weights = (torch.zeros(2, 1, 1, 3) + padding_bias(MASK)).softmax(dim=-1)
    torch.testing.assert_close(weights[:, 0, 0], torch.tensor([[1 / 3, 1 / 3, 1 / 3], [1.0, 0.0, 0.0]]))
    assert padding_bias(None) is None


def test_the_mean_is_over_real_tokens() -> None:
    hidden = torch.randn(2, 3, 5)
    rows = [hidden[0].numpy().mean(axis=0), hidden[1, 0].numpy()]
    np.testing.assert_allclose(mean_of_real(hidden, MASK), np.stack(rows), rtol=1e-5)
    np.testing.assert_allclose(mean_of_real(hidden, None), hidden.numpy().mean(axis=1), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("bias", [True, False])
def test_a_product_is_in_its_format_and_its_gradients_are_in_that_of_the_weights(bias: bool) -> None:
    layer, inputs = nn.Linear(4, 3, bias=bias), torch.randn(2, 4)
    torch.testing.assert_close(linear(inputs, layer, torch.float32), layer(inputs))
    found = linear(inputs, layer, torch.bfloat16)
    assert found.dtype is torch.bfloat16
    found.float().sum().backward()
    assert {parameter.grad.dtype for parameter in layer.parameters()} == {torch.float32}


def test_a_layer_is_that_of_transformers_for_all_tokens_or_some(layer: nn.Module) -> None:
    inputs = torch.randn(2, 3, 16)
    bias = padding_bias(MASK)
    with torch.inference_mode():
        expected = layer(inputs, bias)
        expected = expected[0] if isinstance(expected, tuple) else expected
        torch.testing.assert_close(post_norm(layer, inputs, inputs, bias, torch.float32), expected)
        first = post_norm(layer, inputs[:, :1], inputs, bias, torch.float32)
    torch.testing.assert_close(first, expected[:, :1])


def test_halves_are_not_added_to_their_inputs_yet(layer: nn.Module) -> None:
    """A pre-norm family adds them to something else than what they read."""
    layer, inputs = deepcopy(layer), torch.randn(2, 3, 16)
    with torch.inference_mode():
        layer.output.dense.weight.zero_()
        layer.attention.output.dense.weight.zero_()
        for half, bias in (
            (fed_forward(layer, inputs, torch.float32), layer.output.dense.bias),
            (attended(layer.attention, inputs, inputs, None, torch.float32), layer.attention.output.dense.bias),
        ):
            torch.testing.assert_close(half, bias.expand(2, 3, 16))


def test_turns_are_a_rotation_of_neighbours(layer: nn.Module) -> None:
    """By an angle that grows with the position, scores of a token and itself do not change, and others do."""
    inputs = torch.randn(1, 3, 16)
    angles = torch.arange(3.0)[:, None].expand(3, 8)
    turns, still = torch.polar(torch.ones(3, 8), angles), torch.ones(3, 8, dtype=torch.complex64)
    with torch.inference_mode():
        plain, unturned, turned = (
            attended(layer.attention, inputs, inputs, None, torch.float32, one) for one in (None, still, turns)
        )
        alone, alone_turned = (
            attended(layer.attention, inputs[:, :1], inputs[:, :1], None, torch.float32, one) for one in (None, turns)
        )
    torch.testing.assert_close(unturned, plain)
    torch.testing.assert_close(alone, alone_turned)
    assert not torch.allclose(turned, plain, atol=1e-4)
