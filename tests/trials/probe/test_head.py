"""The head on features: the minimum of what it says that it minimizes."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from trials.errors import Diverged
from trials.probe.head import ProbeHead, fit_head


def clouds(rows: int = 120, width: int = 8, seed: int = 0):
    generator = np.random.default_rng(seed)
    labels = np.arange(rows) % 3
    features = generator.normal(size=(rows, width)) * 5 + 3
    features[:, :3] += 4 * np.eye(3)[labels]
    return torch.from_numpy(features.astype(np.float32)), torch.from_numpy(labels)


def test_without_hidden_units_it_is_logistic_regression():
    features, labels = clouds()
    head, loss = fit_head(features, labels, classes=3, hidden=0, penalty=0.01)
    scaled = ((features - features.mean(0)) / features.std(0, correction=0)).numpy()
    theirs = LogisticRegression(C=1 / (2 * 0.01 * len(labels)), max_iter=1000).fit(scaled, labels.numpy())
    ours = head.logits(features).softmax(dim=1).numpy()
    np.testing.assert_allclose(ours, theirs.predict_proba(scaled), atol=2e-3)
    assert loss == pytest.approx(-np.log(ours[np.arange(len(ours)), labels]).mean(), abs=1e-4)


def test_weights_of_classes_are_those_of_scikit_learn():
    features, labels = clouds()
    weights = torch.tensor([3.0, 1.0, 0.5])
    head, _ = fit_head(features, labels, classes=3, hidden=0, penalty=0.01, weights=weights)
    scaled = ((features - features.mean(0)) / features.std(0, correction=0)).numpy()
    theirs = LogisticRegression(
        C=1 / (2 * 0.01 * len(labels)), max_iter=1000, class_weight=dict(enumerate([3, 1, 0.5]))
    )
    theirs.fit(scaled, labels.numpy())
    ours = head.logits(features).softmax(dim=1).numpy()
    np.testing.assert_allclose(ours, theirs.predict_proba(scaled), atol=2e-3)


def test_hidden_units_tell_what_a_plane_cannot():
    generator = np.random.default_rng(0)
    features = torch.from_numpy(generator.normal(size=(200, 2)).astype(np.float32))
    labels = (features[:, 0] * features[:, 1] > 0).long()
    torch.manual_seed(0)
    right = {
        hidden: (
            fit_head(features, labels, classes=2, hidden=hidden, penalty=1e-4)[0].logits(features).argmax(1) == labels
        )
        .float()
        .mean()
        for hidden in (0, 16)
    }
    assert right[16] > 0.95 > 0.75 > right[0]


def test_it_goes_through_arrays_and_a_constant_feature_does_no_harm():
    features, labels = clouds()
    features[:, 5] = 7.0
    head, _ = fit_head(features, labels, classes=3, hidden=4, penalty=0.01)
    again = ProbeHead.from_arrays(head.arrays())
    assert torch.equal(again.logits(features), head.logits(features))
    assert torch.isfinite(head.logits(features)).all()
    assert again.parameters == 8 * 4 + 4 + 4 * 3 + 3


def test_features_that_are_not_finite_are_an_end():
    features, labels = clouds()
    features[3, 3] = float("inf")
    with pytest.raises(Diverged):
        fit_head(features, labels, classes=3, hidden=0, penalty=0.01)


def test_with_several_labels_each_is_a_logistic_regression_of_its_own():
    features, labels = clouds()
    sets = torch.stack([labels == 0, labels != 1], dim=1)
    weights = torch.tensor([2.0, 0.5])
    head, loss = fit_head(features, sets, classes=2, hidden=0, penalty=0.01, weights=weights)
    scaled = ((features - features.mean(0)) / features.std(0, correction=0)).numpy()
    for label, weight in enumerate((2.0, 0.5)):
        theirs = LogisticRegression(
            C=1 / (2 * 0.01 * len(labels)), max_iter=1000, class_weight={False: 1.0, True: weight}
        ).fit(scaled, sets[:, label].numpy())
        ours = head.logits(features)[:, label].sigmoid().numpy()
        np.testing.assert_allclose(ours, theirs.predict_proba(scaled)[:, 1], atol=2e-3)
    assert 0.0 < loss < np.log(2.0)
