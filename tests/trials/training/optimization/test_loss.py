"""What a batch costs, with and without regard to the size of classes."""

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from search_spaces import SpaceError, Training
from trials.training.optimization.loss import FOCUS, build_loss, class_weights, presence_weights

LABELS = np.array([0] * 60 + [1] * 30 + [2] * 10)
CPU = torch.device("cpu")


def batch(rows: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(rows, 3, generator=generator), torch.randint(0, 3, (rows,), generator=generator)


def loss(balance: str, smoothing: float = 0.0):
    return build_loss(Training(8, smoothing, balance), LABELS, 3, CPU)


def test_weights_are_those_of_scikit_learn_and_a_class_without_rows_does_no_harm():
    expected = compute_class_weight("balanced", classes=np.arange(3), y=LABELS)
    np.testing.assert_allclose(class_weights(LABELS, 3), expected, rtol=1e-6)
    assert class_weights(LABELS, 4)[3] == 1.0
    assert class_weights(LABELS, 3)[LABELS].mean() == pytest.approx(1.0)


@pytest.mark.parametrize("balance", ["none", "sampling"])
def test_without_weights_it_is_plain_cross_entropy(balance):
    logits, labels = batch()
    expected = cross_entropy(logits, labels, label_smoothing=0.1)
    assert torch.equal(loss(balance, 0.1)(logits, labels), expected)


def test_with_weights_a_rare_class_counts_for_more():
    logits, labels = torch.zeros(2, 3), torch.tensor([0, 2])
    common, rare = (loss("weights")(logits[:1], labels[place : place + 1]) for place in (0, 1))
    assert rare / common == pytest.approx(6.0)


def test_focal_loss_lets_be_what_is_known():
    logits = torch.tensor([[6.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    labels = torch.tensor([0, 0])
    known, unknown = (loss("focal")(logits[row : row + 1], labels[row : row + 1]) for row in (0, 1))
    plain = [cross_entropy(logits[row : row + 1], labels[row : row + 1]) for row in (0, 1)]
    assert unknown == pytest.approx(float(plain[1]) * (2 / 3) ** FOCUS)
    assert known / plain[0] < 1e-4


@pytest.mark.parametrize("balance", ["none", "weights", "focal", "sampling"])
def test_a_batch_may_be_computed_in_parts(balance):
    logits, labels = batch()
    of = loss(balance, 0.1)
    parts = sum(of(logits[rows], labels[rows]) * 4 / 12 for rows in (slice(0, 4), slice(4, 8), slice(8, 12)))
    assert parts == pytest.approx(float(of(logits, labels)), rel=1e-5)


def test_there_is_no_other_balance():
    with pytest.raises(SpaceError, match="none, weights, focal, sampling"):
        Training(8, 0.0, "oversampling")


SETS = np.array([[True, False, False]] * 80 + [[True, True, True]] * 20)


def of_sets(balance: str, smoothing: float = 0.0):
    return build_loss(Training(8, smoothing, balance), SETS, 3, CPU)


def test_with_several_labels_it_is_the_binary_cross_entropy_of_each():
    logits, _ = batch()
    labels = torch.rand(12, 3, generator=torch.Generator().manual_seed(1)) < 0.4
    expected = binary_cross_entropy_with_logits(logits, labels.float())
    assert float(of_sets("none")(logits, labels)) == pytest.approx(float(expected))
    smoothed = binary_cross_entropy_with_logits(logits, labels.float() * 0.8 + 0.1)
    assert float(of_sets("none", 0.2)(logits, labels)) == pytest.approx(float(smoothed))


def test_having_a_rare_label_counts_as_much_as_lacking_it():
    weights = presence_weights(SETS)
    assert weights.tolist() == pytest.approx([0.01, 4.0, 4.0])
    logits = torch.zeros(2, 3)
    rare, common = (of_sets("weights")(logits[:1], torch.tensor([row])) for row in ([0, 1, 0], [0, 0, 0]))
    assert float(rare - common) == pytest.approx(np.log(2.0))  # (4 - 1) / 3 of log 2


def test_the_focal_loss_of_several_labels_lets_be_what_is_known():
    labels = torch.tensor([[True, False, False]])
    known, unknown = (of_sets("focal")(torch.tensor([logits]), labels) for logits in ([6.0, -6.0, -6.0], [0.0] * 3))
    assert float(unknown) == pytest.approx(np.log(2.0) * 0.5**FOCUS)
    assert known / unknown < 1e-4
