"""AdamW for all members of a pack at once, each with settings of its own."""

import torch

from trials.training.packs.member_settings import MemberSettings
from trials.training.packs.stacked_weights import AVERAGE, FIRST, SECOND, WEIGHT, StackedWeights, WeightGroup

NORM_FLOOR = 1e-6
"""Added to the norm of all gradients, as `torch.nn.utils.clip_grad_norm_` does."""


def clipped_gradients(weights: StackedWeights, settings: MemberSettings) -> list[torch.Tensor]:
    """Return the gradients of each group, shape (places, n), those of each member scaled to its largest norm."""
    gradients = [group.gradients() for group in weights.groups]
    squares = torch.stack([torch.linalg.vector_norm(gradient, dim=1) ** 2 for gradient in gradients])
    scale = (settings.clip / (squares.sum(0).sqrt() + NORM_FLOOR)).clamp(max=1.0)
    return [gradient.mul_(scale[:, None]) for gradient in gradients]


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
    gradients = clipped_gradients(weights, settings)
    settings.steps += takes_part
    first_share, second_share = (1 - settings.beta1) * takes_part, (1 - settings.beta2) * takes_part
    steps = settings.steps.clamp(min=1.0)
    first_bias, second_bias = 1 - settings.beta1**steps, (1 - settings.beta2**steps).sqrt()
    for index, (group, gradient) in enumerate(zip(weights.groups, gradients, strict=True)):
        rates = settings.peaks[:, index] * factors * takes_part
        kept = 1 - rates * settings.decay if group.decays else None
        _update(group, gradient, rates / first_bias, second_bias, first_share, second_share, settings.epsilon, kept)


def _update(
    group: WeightGroup,
    gradient: torch.Tensor,
    rates: torch.Tensor,
    second_bias: torch.Tensor,
    first_share: torch.Tensor,
    second_share: torch.Tensor,
    epsilon: torch.Tensor,
    kept: torch.Tensor | None,
) -> None:
    weight, first, second = (group.matrices[kind] for kind in (WEIGHT, FIRST, SECOND))
    if kept is not None:
        weight.mul_(kept[:, None])
    first.lerp_(gradient, first_share[:, None])
    second.lerp_(gradient.square_(), second_share[:, None])
    divisor = second.sqrt().div_(second_bias[:, None]).add_(epsilon[:, None])
    weight.sub_(torch.div(first, divisor, out=divisor).mul_(rates[:, None]))


def follow_average(weights: StackedWeights, shares: torch.Tensor) -> None:
    """Move the averages of all members towards their weights, by the given shares of shape (places,)."""
    for group in weights.groups:
        group.matrices[AVERAGE].lerp_(group.matrices[WEIGHT], shares[:, None])
