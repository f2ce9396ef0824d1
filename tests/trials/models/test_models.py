"""The window of the models: from an architecture to a classifier."""

import pytest
import torch

from search_spaces import SpaceError
from tests.trials.models.building import build
from trials.models import FAMILIES, INITIALIZATIONS


@pytest.mark.parametrize(
    ("encoder", "fields", "said"),
    [
        ("modernbet/mean", {}, "'modernbet'"),
        ("bert/mean", {}, "'mean'"),
        ("bert/cls", {"activation": "gelo"}, "'gelo'"),
        ("bert/cls", {"initialization": "fan-in"}, "'fan-in'"),
        ("modernbert/mean", {"head_width": 15}, "15"),
        ("roformer/cls", {"head_width": 15}, "15"),
    ],
)
def test_an_architecture_that_cannot_be_built_is_refused(encoder: str, fields: dict[str, object], said: str) -> None:
    with pytest.raises(SpaceError, match=said):
        build(encoder, **fields)


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_first_weights_are_drawn_in_the_way_that_the_architecture_names(how: str) -> None:
    torch.manual_seed(0)
    found = build("bert/cls", initialization=how).bert.encoder.layer[0].output.dense.weight
    for other in INITIALIZATIONS:
        torch.manual_seed(0)
        again = build("bert/cls", initialization=other).bert.encoder.layer[0].output.dense.weight
        assert torch.equal(found, again) is (other == how)


@pytest.mark.parametrize("encoder", [f"{family.name}/{family.poolings[0]}" for family in FAMILIES.values()])
def test_it_is_made_on_the_cpu_in_fp32_for_the_given_sizes(encoder: str) -> None:
    model = build(encoder)
    assert {(weight.device.type, weight.dtype) for weight in model.parameters()} == {("cpu", torch.float32)}
    assert model.get_input_embeddings().weight.shape[0] == 50
    assert model.config.max_position_embeddings == 32
