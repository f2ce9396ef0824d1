"""A pack of toy models, and what its parts are made of."""

from dataclasses import replace

import torch
from torch import nn

from search_spaces import Point
from tests.trials.toy import toy_dataset, toy_point
from trials.training import Compute, build, seed_everything
from trials.training.packs import Pack, PackMember, marked

CPU = torch.device("cpu")
COMPUTE = Compute(CPU, torch.float32)
DATA = toy_dataset()
BUDGET = 400


def still_point(**optimizer: float | str) -> Point:
    """A toy point without dropout, whose training draws no random numbers."""
    point = toy_point(**{"learning_rate": 3e-3, **optimizer})
    none = replace(point.architecture, hidden_dropout=0.0, attention_dropout=0.0, classifier_dropout=0.0)
    return replace(point, architecture=none)


def toy_model(point: Point, seed: int = 7):
    """A marked model of a point, whose weights depend on the seed."""
    seed_everything(seed)
    return build(marked(point.architecture), DATA, COMPUTE)


def weights_of(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


def pack_of(points: list[Point], places: int | None = None) -> tuple[Pack, list[PackMember]]:
    """A pack whose members have joined with the same weights."""
    model = toy_model(points[0])
    weights = weights_of(model)
    pack = Pack(model, points[0], DATA.train, places or len(points), COMPUTE)
    return pack, [pack.join(weights, point, budget=BUDGET, seed=3) for point in points]


def train(pack: Pack, *portions: int) -> list[float]:
    """Train each member on a number of examples, which all have done after as many steps; the mean losses."""
    for member, examples in zip(pack.members, portions, strict=True):
        member.begin(examples)
    assert pack.advance() == pack.members
    return [member.mean_loss() for member in pack.members]
