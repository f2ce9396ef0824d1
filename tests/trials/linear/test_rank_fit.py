"""The linear model of ordered classes."""

import numpy as np
import torch
from scipy.optimize import check_grad
from scipy.sparse import csr_matrix

from trials.linear.rank_fit import cut_losses, fit_ranks
from trials.tasks import ORDINAL
from trials.training.optimization import rank_losses

GENERATOR = np.random.default_rng(0)


def test_losses_and_slopes_are_those_of_training() -> None:
    logits, ranks = GENERATOR.normal(size=(30, 5)) * 3, GENERATOR.integers(0, 5, 30)
    tensor = torch.tensor(logits, requires_grad=True)
    expected = rank_losses(tensor, torch.tensor(ranks), 0.0)
    expected.sum().backward()
    losses, slopes = cut_losses(logits, ranks)
    np.testing.assert_allclose(losses, expected.detach().numpy())
    np.testing.assert_allclose(slopes, tensor.grad.numpy(), atol=1e-12)


def test_slopes_of_very_wrong_logits_are_finite() -> None:
    logits, ranks = np.eye(4)[::-1] * 2e3, np.arange(4)
    losses, slopes = cut_losses(logits, ranks)
    assert np.isfinite(losses).all() and np.isfinite(slopes).all()
    small = logits / 500

    def total(flat: np.ndarray) -> float:
        return float(cut_losses(flat.reshape(4, 4), ranks)[0].sum())

    assert check_grad(total, lambda flat: cut_losses(flat.reshape(4, 4), ranks)[1].ravel(), small.ravel()) < 1e-5


def test_ranks_that_follow_from_features_are_found_and_so_is_their_order() -> None:
    features = GENERATOR.normal(size=(400, 6))
    ranks = np.digitize(features @ [2.0, -1.0, 0.5, 0.0, 0.0, 0.0], [-1.5, 0.0, 1.5])
    weights, biases = fit_ranks(csr_matrix(features), ranks, 4, 10.0, 100, balanced=False)
    logits = features @ weights.T + biases
    assert ORDINAL.evaluate(logits, ranks.astype(np.int32))["qwk"] > 0.95
    _, slopes = cut_losses(logits, ranks)
    np.testing.assert_allclose((features.T @ slopes).T * 30.0 + weights, 0.0, atol=0.2)  # 3 cuts times 10


def test_balance_raises_the_predictions_of_rare_ranks() -> None:
    features = GENERATOR.normal(size=(600, 2))
    ranks = np.digitize(features[:, 0] + GENERATOR.normal(size=600), [-2.5, 2.5])
    plain, balanced = (
        (features @ weights.T + biases).argmax(axis=1)
        for weights, biases in (fit_ranks(csr_matrix(features), ranks, 3, 1.0, 100, balanced=b) for b in (False, True))
    )
    assert (balanced != 1).sum() > (plain != 1).sum()
