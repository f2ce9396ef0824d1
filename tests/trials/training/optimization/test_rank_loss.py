"""The loss of ordered classes."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from trials.tasks.ranks import cut_log_likelihoods
from trials.training.optimization.rank_loss import rank_losses

LOGITS = torch.randn(20, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
RANKS = torch.arange(20) % 5


def test_it_is_the_mean_cross_entropy_of_the_cuts() -> None:
    expected = -cut_log_likelihoods(LOGITS.numpy(), RANKS.numpy()).mean(axis=1)
    np.testing.assert_allclose(rank_losses(LOGITS, RANKS, 0.0).numpy(), expected)


def test_of_two_classes_it_is_the_cross_entropy_with_its_smoothing() -> None:
    logits, ranks = LOGITS[:, :2], RANKS % 2
    for smoothing in (0.0, 0.2):
        expected = cross_entropy(logits, ranks, reduction="none", label_smoothing=smoothing)
        torch.testing.assert_close(rank_losses(logits, ranks, smoothing), expected)


def test_an_error_costs_more_the_farther_it_is() -> None:
    sure = torch.eye(5) * 8.0
    losses = rank_losses(sure, torch.zeros(5, dtype=torch.int64), 0.0)
    assert (losses.diff() > 0).all()


def test_it_and_its_gradients_are_finite_for_very_sure_models() -> None:
    logits = (torch.eye(5)[RANKS].flip(1) * 1e4).requires_grad_()
    losses = rank_losses(logits, RANKS, 0.1)
    losses.sum().backward()
    assert losses.isfinite().all()
    assert logits.grad.isfinite().all()


def test_members_of_a_pack_have_smoothings_of_their_own() -> None:
    both = torch.stack([LOGITS, LOGITS.flip(0)])
    found = rank_losses(both, torch.stack([RANKS, RANKS]), torch.tensor([0.0, 0.2])[:, None, None])
    torch.testing.assert_close(found[0], rank_losses(LOGITS, RANKS, 0.0))
    torch.testing.assert_close(found[1], rank_losses(LOGITS.flip(0), RANKS, 0.2))
