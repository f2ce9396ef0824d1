"""The losses of members of a pack are those that each would have alone, whatever the labels are."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.trials.training.packs.toy_pack import CPU, still_point, toy_model
from trials.tasks import TASKS, LabelArray, task_of
from trials.training.optimization import balancing_weights, build_row_losses
from trials.training.packs.member_losses import member_losses
from trials.training.packs.member_settings import MemberSettings
from trials.training.packs.stacked_model import StackedModel

CLASSES, ROWS = 3, 12
SETTINGS = [("none", 0.0), ("focal", 0.1), ("weights", 0.2)]
GENERATOR = np.random.default_rng(0)
LABELS: dict[str, LabelArray] = {
    "single-label": GENERATOR.choice(3, ROWS, p=[0.6, 0.3, 0.1]),
    "ordinal": GENERATOR.choice(3, ROWS, p=[0.6, 0.3, 0.1]).astype(np.int32),
    "multi-label": GENERATOR.random((ROWS, CLASSES)) < 0.3,
    "regression": GENERATOR.normal(90.0, 30.0, ROWS),
}


@pytest.mark.parametrize("name", TASKS)
def test_each_member_has_its_own_loss(name: str) -> None:
    labels = LABELS[name]
    classes, places = 1 if labels.dtype.kind == "f" else CLASSES, len(SETTINGS)
    point = still_point()
    stacked = StackedModel(toy_model(point), places, CPU, by_level=False)
    settings = MemberSettings(stacked.weights, places, classes, CPU)
    points = [replace(point, training=replace(point.training, balance=b, label_smoothing=s)) for b, s in SETTINGS]
    balance = torch.from_numpy(balancing_weights(labels, classes))
    for place, own in enumerate(points):
        settings.put(place, own, balance if own.training.balance == "weights" else None)
    logits = torch.randn(places, ROWS, classes, generator=torch.Generator().manual_seed(1))
    rows = torch.from_numpy(np.stack([labels] * places))
    found = member_losses(settings, task_of(labels).scale(labels), logits, rows)
    for place, own in enumerate(points):
        alone = build_row_losses(own.training, labels, classes, CPU)(logits[place], rows[place])
        torch.testing.assert_close(found[place], alone)
