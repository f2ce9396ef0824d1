"""A model learns probabilities of another one in the place of labels."""

from dataclasses import replace

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from search_spaces import Training
from tests.trials.toy import toy_dataset, toy_job
from trials.data import SoftTargets, chosen_rows
from trials.protocol import TrialEnd
from trials.run import run_trial
from trials.training.optimization.loss import build_loss
from trials.training.optimization.rank_loss import rank_losses

PLAIN = Training(batch_size=8, label_smoothing=0.3, balance="weights")
CPU = torch.device("cpu")


def test_at_temperature_1_the_loss_of_certain_targets_is_that_of_labels() -> None:
    labels = np.array([0, 2, 1, 2])
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    targets = SoftTargets(np.eye(3, dtype=np.float32)[labels])
    loss = build_loss(PLAIN, labels, 3, CPU, targets)
    expected = cross_entropy(logits, torch.from_numpy(labels))
    torch.testing.assert_close(loss(logits, torch.from_numpy(targets.probabilities)), expected)


def test_the_gradient_at_a_temperature_has_the_size_of_that_without_one() -> None:
    """Hinton et al., 2015, eq. 4: at high temperatures it is the difference of the logits over the classes."""
    own, other = torch.tensor([[0.2, -0.1, -0.1]], requires_grad=True), torch.tensor([[0.5, -0.4, -0.1]])
    targets = SoftTargets((other / 50).softmax(dim=1).numpy(), 50.0)
    build_loss(PLAIN, np.array([0]), 3, CPU, targets)(own, torch.from_numpy(targets.probabilities)).backward()
    torch.testing.assert_close(own.grad, (own - other).detach() / 3, atol=0.005, rtol=0.05)


def test_of_several_labels_each_has_a_target() -> None:
    labels, logits = np.array([[True, False], [True, True]]), torch.tensor([[1.0, -2.0], [0.5, 0.1]])
    targets = SoftTargets(logits.sigmoid().numpy())
    loss = build_loss(PLAIN, labels, 2, CPU, targets)
    rows = torch.from_numpy(targets.probabilities)
    assert loss(logits, rows) < loss(logits + 0.5, rows)
    assert loss(logits, rows) < loss(logits - 0.5, rows)


def test_a_trial_learns_targets_that_contradict_the_labels(tmp_path) -> None:
    data = toy_dataset()
    shifted = (data.train.labels + 1) % 3
    train = replace(data.train, targets=SoftTargets(np.eye(3, dtype=np.float32)[shifted], 2.0))
    validation = replace(data.validation, labels=(data.validation.labels + 1) % 3)
    last = list(run_trial(toy_job(tmp_path), replace(data, train=train, validation=validation)))[-1]
    assert last.end is TrialEnd.COMPLETED
    assert last.evaluation.metrics["accuracy"] > 0.6


def test_chosen_rows_keep_their_targets() -> None:
    split = toy_dataset().train
    probabilities = np.random.default_rng(0).dirichlet(np.ones(3), len(split)).astype(np.float32)
    taken = chosen_rows(replace(split, targets=SoftTargets(probabilities, 2.0)), np.array([5, 2]))
    np.testing.assert_array_equal(taken.learned, probabilities[[5, 2]])
    assert taken.targets.temperature == 2.0


def test_of_ranks_the_sides_of_each_cut_have_targets_and_certain_ones_are_ranks() -> None:
    ranks = np.array([0, 2, 1, 3], dtype=np.int32)
    logits = torch.randn(4, 4, generator=torch.Generator().manual_seed(0))
    certain = SoftTargets(np.eye(4, dtype=np.float32)[ranks])
    loss = build_loss(PLAIN, ranks, 4, CPU, certain)
    expected = rank_losses(logits, torch.from_numpy(ranks).long(), 0.0).mean()
    torch.testing.assert_close(loss(logits, torch.from_numpy(certain.probabilities)), expected)
    own = logits.clone().requires_grad_()
    soft = SoftTargets((logits / 3).softmax(dim=1).numpy(), 3.0)
    build_loss(PLAIN, ranks, 4, CPU, soft)(own, torch.from_numpy(soft.probabilities)).backward()
    torch.testing.assert_close(own.grad, torch.zeros(4, 4), atol=1e-5, rtol=0.0)
