"""What padding does to attention and to means."""

import torch


def padding_bias(mask: torch.Tensor | None) -> torch.Tensor | None:
    """What to add to scores so that nobody attends to padding, (b, 1, 1, length); None if all tokens are real."""
    if mask is None:
        return None
    return torch.zeros(mask.shape).masked_fill_(~mask, float("-inf"))[:, None, None, :]


def mean_of_real(hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """The mean over the real tokens of each text, (b, width), from (b, length, width)."""
    if mask is None:
        return hidden.mean(dim=1)
    shares = mask / mask.sum(dim=1, keepdim=True)
    return torch.bmm(shares[:, None, :], hidden)[:, 0]
