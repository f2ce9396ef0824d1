"""AdamW with the sampled settings, on its fused kernel where there is one."""

from collections import defaultdict

import torch
from torch import nn
from transformers import PreTrainedModel

from search_spaces import Optimizer
from trials.pretrained import levels_of

FUSED_DEVICES = ("cpu", "cuda")


def build_optimizer(model: nn.Module, settings: Optimizer) -> torch.optim.AdamW:
    """Return AdamW (Loshchilov & Hutter, "Decoupled Weight Decay Regularization", 2019) over the trainable parameters.

    Matrices decay, including embeddings: when they are trained from scratch, a small model overfits in the rows of rare
    words. Biases and the gains of norms do not decay, because their size is no measure of complexity.

    Each group has the peak of its learning rate as `initial_lr`.

    Args:
        model: the model.
        settings: the sampled settings.
    """
    heights, depth = ({}, 0) if settings.head_learning_rate is None else heights_of(model)
    members: dict[tuple[float, bool], list[nn.Parameter]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            rate = peak_rate(settings, heights.get(name), depth)
            members[rate, parameter.ndim >= 2].append(parameter)
    groups = [
        {"params": parameters, "lr": rate, "initial_lr": rate, "weight_decay": settings.weight_decay if decays else 0.0}
        for (rate, decays), parameters in sorted(members.items(), key=lambda group: group[0], reverse=True)
    ]
    return torch.optim.AdamW(
        groups,
        lr=settings.learning_rate,
        betas=(settings.beta1, settings.beta2),
        eps=settings.epsilon,
        fused=all(p.device.type in FUSED_DEVICES for group in members.values() for p in group),
    )


def heights_of(model: nn.Module) -> tuple[dict[str, int], int]:
    """Return the levels of the weights of a pretrained encoder, by name, and its depth; new weights have no level.

    Args:
        model: the model; only a pretrained one has levels.

    Raises:
        ValueError: the encoder has no list of its layers.
    """
    if not isinstance(model, PreTrainedModel):
        return {}, 0
    levels = levels_of(model)
    return levels.heights, levels.depth


def peak_rate(settings: Optimizer, height: int | None, depth: int) -> float:
    """Return the peak learning rate of a weight.

    Discriminative fine-tuning (Howard & Ruder, "Universal Language Model Fine-tuning for Text Classification", 2018,
    section 3.2).

    Args:
        settings: the sampled settings.
        height: level of the weight in a pretrained encoder; None for a new weight.
        depth: number of layers of the encoder.
    """
    if settings.head_learning_rate is None:
        return settings.learning_rate
    if height is None:
        return settings.head_learning_rate
    return settings.learning_rate * settings.layer_decay ** (depth - height)


def align_gradients(optimizer: torch.optim.Optimizer) -> None:
    """Give every gradient in `optimizer` the strides of its parameter; call it before each step.

    The fused CPU kernel reads both as flat memory. If strides differ, it silently pairs the wrong elements (seen on
    torch 2.13). `backward()` usually makes equal strides, so this costs one comparison for each parameter.
    """
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            gradient = parameter.grad
            if gradient is not None and gradient.stride() != parameter.stride():
                parameter.grad = torch.empty_like(parameter).copy_(gradient)
