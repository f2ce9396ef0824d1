import math
from dataclasses import replace

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

from tests.trials.toy import toy_point
from trials.training.optimization.optimizer import align_gradients, build_optimizer

SETTINGS = replace(toy_point().optimizer, learning_rate=0.03, beta1=0.85, beta2=0.97, epsilon=1e-7, weight_decay=0.2)


class PlainAdamW:
    """Algorithm 2 of Loshchilov & Hutter, 2019, on one number, in plain Python."""

    def __init__(self, value: float, decay: float) -> None:
        self.value, self.decay, self.first, self.second, self.steps = value, decay, 0.0, 0.0, 0

    def step(self, gradient: float) -> None:
        self.steps += 1
        self.first = SETTINGS.beta1 * self.first + (1 - SETTINGS.beta1) * gradient
        self.second = SETTINGS.beta2 * self.second + (1 - SETTINGS.beta2) * gradient**2
        first = self.first / (1 - SETTINGS.beta1**self.steps)
        second = self.second / (1 - SETTINGS.beta2**self.steps)
        self.value -= SETTINGS.learning_rate * self.decay * self.value
        self.value -= SETTINGS.learning_rate * first / (math.sqrt(second) + SETTINGS.epsilon)


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(5, 3)
        self.linear = nn.Linear(3, 4)
        self.norm = nn.LayerNorm(4)


@pytest.mark.parametrize("transposed", [False, True])
def test_steps_equal_an_independent_adamw(transposed: bool) -> None:
    torch.manual_seed(0)
    model = Small()
    optimizer = build_optimizer(model, SETTINGS)
    plain = {
        name: [
            PlainAdamW(value.item(), SETTINGS.weight_decay if tensor.ndim > 1 else 0.0) for value in tensor.flatten()
        ]
        for name, tensor in model.named_parameters()
    }
    for _ in range(4):
        for name, parameter in model.named_parameters():
            gradient = torch.randn(parameter.shape)
            for number, value in zip(plain[name], gradient.flatten().tolist(), strict=True):
                number.step(value)
            # The same numbers in other strides: the fused CPU kernel alone would mix them up.
            parameter.grad = gradient.t().contiguous().t() if transposed and gradient.ndim == 2 else gradient
        align_gradients(optimizer)
        optimizer.step()
    for name, parameter in model.named_parameters():
        expected = torch.tensor([number.value for number in plain[name]]).view_as(parameter)
        torch.testing.assert_close(parameter.data, expected, rtol=1e-5, atol=1e-6)


def test_matrices_decay_and_biases_and_norms_do_not() -> None:
    model = Small()
    decaying, others = build_optimizer(model, SETTINGS).param_groups
    assert (decaying["weight_decay"], others["weight_decay"]) == (0.2, 0.0)
    assert {id(p) for p in decaying["params"]} == {id(model.embedding.weight), id(model.linear.weight)}
    assert len(others["params"]) == 3


def test_the_fused_kernel_is_used_on_a_cpu() -> None:
    assert all(group["fused"] for group in build_optimizer(Small(), SETTINGS).param_groups)


def test_gradients_of_backward_are_left_alone() -> None:
    model = Small()
    optimizer = build_optimizer(model, SETTINGS)
    model.norm(model.linear(model.embedding(torch.tensor([1, 2])))).pow(3).sum().backward()
    before = [parameter.grad for parameter in model.parameters()]
    align_gradients(optimizer)
    assert all(parameter.grad is gradient for parameter, gradient in zip(model.parameters(), before, strict=True))


def test_a_pretrained_encoder_learns_slower_towards_its_embeddings() -> None:
    config = BertConfig(vocab_size=9, hidden_size=4, num_hidden_layers=2, num_attention_heads=1, intermediate_size=4)
    model = BertForSequenceClassification(config)
    model.bert.embeddings.requires_grad_(False)
    optimizer = build_optimizer(model, replace(SETTINGS, head_learning_rate=0.5, layer_decay=0.5))
    names = {parameter: name for name, parameter in model.named_parameters()}
    rates = {names[p]: group["lr"] for group in optimizer.param_groups for p in group["params"]}
    assert all(group["initial_lr"] == group["lr"] for group in optimizer.param_groups)
    assert not any("embeddings" in name for name in rates)
    heights = {"bert.encoder.layer.0.": 0.015, "bert.encoder.layer.1.": 0.03, "bert.pooler.": 0.03, "classifier.": 0.5}
    for start, expected in heights.items():
        found = {rate for name, rate in rates.items() if name.startswith(start)}
        assert found == {expected}, start
