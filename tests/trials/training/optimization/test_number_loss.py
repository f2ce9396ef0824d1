"""The losses of numbers."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import huber_loss

from trials.tasks import Scale
from trials.training.optimization.number_loss import huber_delta, number_losses

SCALE = Scale(50.0, 10.0)
LABELS = torch.tensor([40.0, 55.0, 90.0, 50.0], dtype=torch.float64)


def outputs() -> torch.Tensor:
    return torch.tensor([[0.0], [0.5], [0.5], [2.0]], requires_grad=True)


def test_it_is_half_the_squared_error_on_the_scale_of_training() -> None:
    found = number_losses(outputs(), LABELS, SCALE, math.inf)
    assert found.tolist() == pytest.approx([0.5, 0.0, 0.5 * 3.5**2, 2.0])
    assert found.dtype == torch.float32


@pytest.mark.parametrize("delta", [0.4, 1.0, 3.0])
def test_with_a_limit_it_is_huber_s_with_its_gradients(delta: float) -> None:
    ours, theirs = outputs(), outputs()
    found = number_losses(ours, LABELS, SCALE, torch.full((4,), delta))
    targets = ((LABELS - 50.0) / 10.0).float()
    expected = huber_loss(theirs[:, 0], targets, reduction="none", delta=delta)
    torch.testing.assert_close(found, expected)
    found.sum().backward()
    expected.sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_large_labels_keep_their_digits() -> None:
    labels = torch.tensor([2_000_000_001.0, 2_000_000_003.0], dtype=torch.float64)
    found = number_losses(torch.tensor([[-1.0], [1.0]]), labels, Scale(2_000_000_002.0, 1.0), math.inf)
    assert found.tolist() == [0.0, 0.0]


def test_the_limit_is_that_of_huber_s_table_of_shares_of_wrong_labels() -> None:
    shares = (0.0, 0.01, 0.05, 0.1, 0.2)
    assert [huber_delta(share) for share in shares] == pytest.approx([math.inf, 1.945, 1.398, 1.140, 0.862], abs=1e-3)
    assert 0 < huber_delta(1.0) < 0.01
    assert np.all(np.diff([huber_delta(share) for share in np.linspace(0.01, 0.9, 20)]) < 0)
