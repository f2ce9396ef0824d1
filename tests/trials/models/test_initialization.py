"""First weights, on a model of a few matrices; `tests/contracts/test_families.py` measures those of every family."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from trials.models import INITIALIZATIONS
from trials.models.family import Family
from trials.models.initialization import initialize

FAMILY = Family("toy", ("cls",), build=lambda *_, **__: None, residual=("out",))
WIDTH, UNITS, DEPTH = 64, 400, 8


class Toy(nn.Module):
    """An embedding that is tied to a matrix, a matrix, one whose outputs are added to a layer's input, and a norm."""

    def __init__(self, padding: int | None = 0, tied: bool = False) -> None:
        super().__init__()
        self.config = SimpleNamespace(num_hidden_layers=DEPTH)
        self.table = nn.Embedding(300, WIDTH, padding_idx=padding)
        self.inner, self.out = nn.Linear(WIDTH, UNITS), nn.Linear(UNITS, WIDTH)
        self.norm, self.words = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 300)
        nn.init.ones_(self.table.weight)
        if tied:
            self.words.weight = self.table.weight

    def get_input_embeddings(self) -> nn.Embedding:
        return self.table


def drawn(how: str, seed: int = 0, **settings: object) -> Toy:
    torch.manual_seed(seed)
    model = Toy(**settings)
    initialize(model, FAMILY, how)
    return model


def test_the_variance_of_a_sum_is_that_of_one_input() -> None:
    model = drawn("fan_in")
    for part, inputs in ((model.inner, WIDTH), (model.out, UNITS)):
        features = torch.randn(500, inputs, generator=torch.Generator().manual_seed(1))
        assert (features @ part.weight.T).var().item() == pytest.approx(1.0, rel=0.1)


def test_what_is_added_in_all_layers_together_is_as_large_as_one_input() -> None:
    """Two sums a layer, of which each has a variance of 1 / (2 depth)."""
    model = drawn("depth_scaled")
    features = torch.randn(500, UNITS, generator=torch.Generator().manual_seed(1))
    assert (features @ model.out.weight.T).var().item() * 2 * DEPTH == pytest.approx(1.0, rel=0.1)
    assert model.inner.weight.std().item() == pytest.approx(WIDTH**-0.5, rel=0.05)


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_only_matrices_are_drawn_anew(how: str) -> None:
    model = drawn(how)
    torch.manual_seed(0)
    before = Toy().state_dict()
    for name in ("inner.bias", "out.bias", "norm.weight", "norm.bias"):
        assert torch.equal(model.state_dict()[name], before[name]), name
    assert (model.table.weight[1:] == 1).all()
    assert torch.equal(model.inner.weight, before["inner.weight"]) is (how == "normal")


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_the_seed_decides(how: str) -> None:
    assert torch.equal(drawn(how).out.weight, drawn(how).out.weight)
    assert not torch.equal(drawn(how).out.weight, drawn(how, seed=1).out.weight)


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_padding_is_zero_where_there_is_any_also_if_the_table_is_tied_to_a_matrix(how: str) -> None:
    assert not drawn(how).table.weight[0].any()
    assert drawn(how, padding=None).table.weight[0].all()
    tied = drawn(how, tied=True)
    assert tied.words.weight is tied.table.weight
    assert not tied.table.weight[0].any() and tied.table.weight[1].any()
