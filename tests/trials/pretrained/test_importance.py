import pytest
import torch

from tests.trials.pretrained.test_cutting import CONFIGS, built
from trials.pretrained.anatomy import Layer, anatomy_of
from trials.pretrained.importance import best_heads, best_units


@pytest.fixture(params=CONFIGS)
def layer(request: pytest.FixtureRequest) -> Layer:
    return anatomy_of(built(CONFIGS[request.param]))[1]


def test_what_nobody_reads_matters_least(layer: Layer) -> None:
    layer.from_heads.weight.data[:, layer.head_width : 2 * layer.head_width] = 0.0
    layer.from_units.weight.data[:, [3, 30]] = 0.0
    assert best_heads(layer, 3) == [0, 2, 3]
    assert best_units(layer, 30) == [unit for unit in range(32) if unit not in (3, 30)]


def test_what_reads_nothing_matters_least(layer: Layer) -> None:
    """The values of a head, in whichever matrix they lie; a unit, or either half of a gated one."""
    rows = layer.to_units.weight.data
    rows[-1] = 0.0
    assert 31 not in best_units(layer, 31)
    values = [linear for linear in layer.to_heads if linear.out_features == layer.from_heads.in_features]
    fused = layer.to_heads[0].weight.data
    third = values[2].weight.data if values else fused[2 * layer.from_heads.in_features :]
    third.normal_()
    third[: layer.head_width] = 0.0
    assert 0 not in best_heads(layer, 3)


def test_the_same_weights_give_the_same_and_ties_go_to_the_first(layer: Layer) -> None:
    for linear in (*layer.to_heads, layer.from_heads, layer.to_units, layer.from_units):
        linear.weight.data = torch.ones_like(linear.weight)
    assert best_heads(layer, 2) == [0, 1]
    assert best_units(layer, 4) == [0, 1, 2, 3]
