"""A linear layer in another format than its weights."""

import torch
from torch import nn


def linear(inputs: torch.Tensor, layer: nn.Linear, dtype: torch.dtype) -> torch.Tensor:
    """What `layer` gives, computed in `dtype`; gradients of its weights come in the weights' own format."""
    bias = None if layer.bias is None else layer.bias.to(dtype)
    return nn.functional.linear(inputs.to(dtype), layer.weight.to(dtype), bias)
