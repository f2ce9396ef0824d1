"""AdamW for all members of a pack at once, each with settings of its own."""

import torch

from trials.training.packs.fused_update import can_fuse, fused_update
from trials.training.packs.member_settings import MemberSettings
from trials.training.packs.stacked_weights import AVERAGE, FIRST, SECOND, WEIGHT, StackedWeights

NORM_FLOOR = 1e-6
"""Added to the norm of all gradients, as `torch.nn.utils.clip_grad_norm_` does."""


def adamw_step(
    weights: StackedWeights, settings: MemberSettings, factors: torch.Tensor, takes_part: torch.Tensor
) -> None:
    """Make a step of AdamW, as `torch.optim.AdamW` does, in those members that take part.

    Args:
        weights: weights, moments and gradients of all members.
        settings: their settings, of which `steps` is counted up.
        factors: share of the peak learning rates, shape (places,).
        takes_part: 1 for members that take part, 0 for others, shape (places,).
    """
    gradients = [group.gradients() for group in weights.groups]
    scale = clip_scale(gradients, settings.clip)
    settings.steps += takes_part
    steps = settings.steps.clamp(min=1.0)
    first_share, second_share = (1 - settings.beta1) * takes_part, (1 - settings.beta2) * takes_part
    first_bias, second_bias = 1 - settings.beta1**steps, (1 - settings.beta2**steps).sqrt()
    for index, (group, gradient) in enumerate(zip(weights.groups, gradients, strict=True)):
        rates = settings.peaks[:, index] * factors * takes_part
        kept = 1 - rates * settings.decay if group.decays else torch.ones_like(rates)
        values = (scale, rates / first_bias, kept, first_share, second_share, second_bias, settings.epsilon)
        update = fused_update if can_fuse(gradient) else plain_update
        weight, first, second = (group.matrices[kind] for kind in (WEIGHT, FIRST, SECOND))
        update(weight, gradient, first, second, torch.stack(values, dim=1))


def clip_scale(gradients: list[torch.Tensor], most: torch.Tensor) -> torch.Tensor:
    """Return the factor by which the gradients of each member are scaled to its largest norm, shape (places,).

    Args:
        gradients: gradients of each group, shape (places, n).
        most: largest norm of all gradients of a member together, shape (places,).
    """
    norms = torch.stack([torch.linalg.vector_norm(gradient, dim=1) for gradient in gradients])
    scale: torch.Tensor = (most / (torch.linalg.vector_norm(norms, dim=0) + NORM_FLOOR)).clamp(max=1.0)
    return scale


def plain_update(
    weight: torch.Tensor, gradient: torch.Tensor, first: torch.Tensor, second: torch.Tensor, settings: torch.Tensor
) -> None:
    """Do what `fused_update` does, with operations of torch."""
    scale, rate, kept, first_share, second_share, second_bias, epsilon = settings[:, :, None].unbind(1)
    gradient = gradient * scale
    first.lerp_(gradient, first_share)
    second.lerp_(gradient.square_(), second_share)
    divisor = second.sqrt().div_(second_bias).add_(epsilon)
    weight.mul_(kept).sub_(torch.div(first, divisor, out=divisor).mul_(rate))


def follow_average(weights: StackedWeights, shares: torch.Tensor) -> None:
    """Move the averages of all members towards their weights, by the given shares of shape (places,)."""
    for group in weights.groups:
        group.matrices[AVERAGE].lerp_(group.matrices[WEIGHT], shares[:, None])
