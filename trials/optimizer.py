"""AdamW with the sampled settings, on its fused kernel where there is one."""

import torch
from torch import nn

from search_spaces import Optimizer

FUSED_DEVICES = ("cpu", "cuda")


def build_optimizer(model: nn.Module, settings: Optimizer) -> torch.optim.AdamW:
    """AdamW (Loshchilov & Hutter, "Decoupled Weight Decay Regularization", 2019) over the parameters of `model`.

    Matrices decay, embeddings among them: trained from scratch, the rows of rare words are where a small model
    overfits. Biases and the gains of norms do not decay, for their size says nothing about complexity.
    """
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": settings.weight_decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        groups,
        lr=settings.learning_rate,
        betas=(settings.beta1, settings.beta2),
        eps=settings.epsilon,
        fused=all(p.device.type in FUSED_DEVICES for p in parameters),
    )


def align_gradients(optimizer: torch.optim.Optimizer) -> None:
    """Gives every gradient the strides of its parameter; call it before each step.

    The fused CPU kernel walks both as flat memory. Where strides differ it pairs the wrong elements and says nothing
    (seen on torch 2.13). Ordinary `backward()` makes fitting strides, so this costs a comparison a parameter.
    """
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            gradient = parameter.grad
            if gradient is not None and gradient.stride() != parameter.stride():
                parameter.grad = torch.empty_like(parameter).copy_(gradient)
