from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from transformers import PreTrainedModel

from search_spaces import Kept
from tests.trials.pretrained.test_structured_pruning import CONFIGS, TEXTS, built
from trials.pretrained.layer_anatomy import LayerAnatomy, anatomy_of
from trials.pretrained.pruning_importance import LONGEST, Importance, importance_of
from trials.pretrained.structured_pruning import cut


@pytest.fixture(params=CONFIGS)
def model(request: pytest.FixtureRequest) -> PreTrainedModel:
    return built(CONFIGS[request.param])


def second(model: PreTrainedModel) -> tuple[LayerAnatomy, Importance]:
    layers = anatomy_of(model)
    return layers[1], importance_of(model, layers, TEXTS)[1]


def test_what_nobody_reads_matters_not_at_all(model: PreTrainedModel) -> None:
    layer = anatomy_of(model)[1]
    layer.from_heads.weight.data[:, layer.head_width : 2 * layer.head_width] = 0.0
    layer.from_units.weight.data[:, [3, 30]] = 0.0
    _, found = second(model)
    assert (found.heads == 0).tolist() == [False, True, False, False]
    assert found.best_heads(3) == [0, 2, 3]
    assert found.best_units(30) == [unit for unit in range(32) if unit not in (3, 30)]


def test_it_is_the_mean_square_of_what_is_added(model: PreTrainedModel) -> None:
    """Of a unit, whatever the others add: silent, it changes the output by just that."""
    layer, found = second(model)
    unit = found.best_units(1)[0]
    read: list[torch.Tensor] = []
    hook = layer.from_units.register_forward_pre_hook(lambda _module, inputs: read.append(inputs[0][0, :, unit]))
    importance_of(model, anatomy_of(model), TEXTS)
    hook.remove()
    added = torch.cat(read)[:, None] * layer.from_units.weight[:, unit]
    assert found.units[unit].item() == pytest.approx(added.square().sum().item(), rel=1e-3)
    assert sum(map(len, read)) == int(np.minimum(TEXTS.lengths, LONGEST).sum()), "every real token, and no padding"


def test_the_texts_decide_and_the_same_ones_decide_the_same(model: PreTrainedModel) -> None:
    others = replace(TEXTS, tokens=TEXTS.tokens[::-1].copy() % 7 + 5)
    (_, first), (_, again) = second(model), second(model)
    elsewhere = importance_of(model, anatomy_of(model), others)[1]
    assert torch.equal(first.heads, again.heads) and torch.equal(first.units, again.units)
    assert not torch.equal(first.units, elsewhere.units)


def test_measuring_leaves_no_trace(model: PreTrainedModel) -> None:
    model.train()
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    state = torch.get_rng_state()
    importance_of(model, anatomy_of(model), TEXTS)
    assert model.training and all(module.training for module in model.modules())
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())
    assert not any(module._forward_pre_hooks for module in model.modules() if isinstance(module, nn.Linear))


def test_the_most_important_stay(model: PreTrainedModel) -> None:
    layers = anatomy_of(model)
    expected = importance_of(model, layers, TEXTS)[2].best_units(8)
    rows = layers[2].from_units.weight.data[:, expected].clone()
    cut(model, Kept(1.0, 1.0, 0.25, "lowest"), TEXTS)
    assert torch.equal(anatomy_of(model)[2].from_units.weight.data, rows)


def test_equals_go_to_the_first() -> None:
    found = Importance(torch.ones(4), torch.tensor([1.0, 2.0, 1.0, 1.0]))
    assert found.best_heads(2) == [0, 1]
    assert found.best_units(2) == [0, 1]
