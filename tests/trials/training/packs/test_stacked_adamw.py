from copy import deepcopy

import pytest
import torch
from torch import nn

from tests.trials.training.packs.toy_pack import CPU, still_point
from trials.training.optimization.optimizer import build_optimizer
from trials.training.packs.member_settings import MemberSettings
from trials.training.packs.stacked_adamw import adamw_step, clip_scale, follow_average
from trials.training.packs.stacked_weights import AVERAGE, WEIGHT, StackedWeights

POINTS = [
    still_point(learning_rate=0.03, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0, gradient_clip=100.0),
    still_point(learning_rate=0.01, beta1=0.7, beta2=0.95, epsilon=1e-4, weight_decay=0.3, gradient_clip=1.0),
    still_point(learning_rate=0.10, beta1=0.0, beta2=0.9, epsilon=1e-6, weight_decay=0.1, gradient_clip=0.01),
]
FACTORS = [(0.5, 1.0, 0.1), (1.0, 1.0, 0.2), (0.7, 0.0, 1.0), (0.2, 0.9, 1.0)]
PAUSES = {1: {1}, 2: {0, 2}}
"""Members that take no part, by step."""


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(5, 3)
        self.linear = nn.Linear(3, 4)
        self.norm = nn.LayerNorm(4)


def test_every_member_makes_the_steps_of_torchs_adamw_with_its_own_settings_and_pauses():
    torch.manual_seed(0)
    model = Small()
    alone = [deepcopy(model) for _ in POINTS]
    optimizers = [build_optimizer(own, point.optimizer) for own, point in zip(alone, POINTS, strict=True)]
    weights = StackedWeights(model, len(POINTS), CPU, by_level=False)
    settings = MemberSettings(weights, len(POINTS), classes=3, device=CPU)
    for place, point in enumerate(POINTS):
        weights.put(place, WEIGHT, dict(model.named_parameters()))
        settings.put(place, point, None)
    for step, factors in enumerate(FACTORS):
        gradients = {name: torch.randn(3, *each.shape) for name, each in model.named_parameters()}
        takes_part = torch.tensor([float(place not in PAUSES.get(step, ())) for place in range(3)])
        for name, leaf in weights.leaves().items():
            leaf.grad = gradients[name].clone()
        with torch.no_grad():
            adamw_step(weights, settings, torch.tensor(factors), takes_part)
        for place in takes_part.nonzero().flatten().tolist():
            for name, parameter in alone[place].named_parameters():
                parameter.grad = gradients[name][place].clone()
            nn.utils.clip_grad_norm_(alone[place].parameters(), POINTS[place].optimizer.gradient_clip)
            for group in optimizers[place].param_groups:
                group["lr"] = group["initial_lr"] * factors[place]
            optimizers[place].step()
        for place, own in enumerate(alone):
            for name, parameter in own.named_parameters():
                torch.testing.assert_close(weights.of(place, WEIGHT)[name], parameter.detach(), rtol=1e-5, atol=1e-6)
    assert settings.steps.tolist() == [3.0, 3.0, 3.0]


def test_a_gradient_that_is_not_finite_stays_with_its_member():
    scale = clip_scale([torch.tensor([[3.0, 4.0], [float("nan"), 0.0], [0.3, 0.4]])], torch.tensor([1.0, 1.0, 1.0]))
    assert scale[0] == pytest.approx(0.2)
    assert scale[1].isnan()
    assert scale[2] == 1.0


def test_averages_follow_each_by_its_share():
    weights = StackedWeights(Small(), 2, CPU, by_level=False)
    for group in weights.groups:
        group.matrices[WEIGHT].fill_(4.0)
    follow_average(weights, torch.tensor([0.25, 0.0]))
    assert {float(value) for each in weights.of(0, AVERAGE).values() for value in each.flatten()} == {1.0}
    assert not any(each.any() for each in weights.of(1, AVERAGE).values())
