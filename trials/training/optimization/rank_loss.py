"""The loss of ordered classes: a cumulative link model whose link is the softmax of class logits."""

import torch
from torch.nn.functional import log_softmax


def rank_losses(logits: torch.Tensor, ranks: torch.Tensor, smoothing: torch.Tensor | float) -> torch.Tensor:
    """Return the loss of each row, in the shape of `ranks`.

    It is the mean over the cuts between ranks of the cross-entropy of the side on which the rank lies, so an error
    costs the more cuts the farther it is. With two classes it is the cross-entropy.

    Args:
        logits: class logits; the last dimension is that of the classes.
        ranks: the true ranks, int64, without that dimension.
        smoothing: share of the target that is spread over all classes; a tensor fits the shape of `logits`.
    """
    classes = logits.shape[-1]
    cuts = torch.arange(classes - 1, device=logits.device)
    spread = (cuts.flip(0) + 1).to(logits.dtype) / classes
    is_above = (ranks[..., None] > cuts).to(logits.dtype) * (1 - smoothing) + smoothing * spread
    return _cut_losses(logits, is_above)


def soft_rank_losses(logits: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """Return the loss of each row where another model says how probable each rank is, shape (n,).

    Args:
        logits: class logits, shape (n, classes).
        shares: the probabilities of the other model, same shape.
    """
    return _cut_losses(logits, 1.0 - shares.cumsum(dim=-1)[..., :-1])


def _cut_losses(logits: torch.Tensor, is_above: torch.Tensor) -> torch.Tensor:
    """Return the mean over the cuts of the cross-entropy of its sides, of which the upper one has `is_above`."""
    shares = log_softmax(logits, dim=-1)
    below = torch.logcumsumexp(shares, dim=-1)[..., :-1]
    above = torch.logcumsumexp(shares.flip(-1), dim=-1).flip(-1)[..., 1:]
    return -(is_above * above + (1 - is_above) * below).mean(dim=-1)
