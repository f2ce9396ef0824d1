"""The parts of an encoder's layers, found in families that name them in their own ways."""

import pytest
from torch import nn
from transformers import (
    AutoModelForSequenceClassification,
    ConvBertConfig,
    FNetConfig,
    PreTrainedModel,
)

from tests.trials.pretrained.test_structured_pruning import CONFIGS, SMALL, built
from trials.pretrained.layer_anatomy import anatomy_of, feed_forward_field
from trials.pretrained.layer_levels import layers_of

WIDTH, HEADS, UNITS, DEPTH = 16, 4, 32, 4


@pytest.fixture(params=CONFIGS, scope="module")
def model(request: pytest.FixtureRequest) -> PreTrainedModel:
    return built(CONFIGS[request.param])


def test_every_layer_is_found_from_the_lowest_with_its_sizes(model: PreTrainedModel) -> None:
    layers = anatomy_of(model)
    assert [layer.module for layer in layers] == list(layers_of(model))
    for layer in layers:
        assert (layer.heads, layer.head_width, layer.units) == (HEADS, WIDTH // HEADS, UNITS)
        assert layer.from_heads.weight.shape == (WIDTH, WIDTH)
        assert layer.from_units.weight.shape == (WIDTH, UNITS)
        assert sum(part.out_features for part in layer.to_heads) >= 3 * WIDTH


def test_each_matrix_of_a_layer_has_one_part(model: PreTrainedModel) -> None:
    for layer in anatomy_of(model):
        parts = [*layer.to_heads, layer.from_heads, layer.to_units, layer.from_units]
        assert parts == [part for part in layer.module.modules() if isinstance(part, nn.Linear)]


def test_the_field_of_the_config_tells_the_units(model: PreTrainedModel) -> None:
    field = feed_forward_field(model)
    assert getattr(model.config, field) == UNITS
    config = type(model.config).from_dict({**model.config.to_dict(), field: 2 * UNITS})
    assert anatomy_of(AutoModelForSequenceClassification.from_config(config))[0].units == 2 * UNITS


def test_a_config_that_does_not_tell_the_units_is_refused() -> None:
    model = built(CONFIGS["bert"])
    model.config.intermediate_size = UNITS + 1
    with pytest.raises(ValueError, match=rf"{UNITS} units"):
        feed_forward_field(model)


def test_an_encoder_without_heads_is_refused() -> None:
    config = FNetConfig(vocab_size=50, hidden_size=16, intermediate_size=32, num_hidden_layers=2)
    with pytest.raises(ValueError, match="FNetForSequenceClassification must have attention heads"):
        anatomy_of(AutoModelForSequenceClassification.from_config(config))


def test_layers_that_are_built_otherwise_are_refused_with_their_matrices() -> None:
    with pytest.raises(ValueError, match="8 x 16"):
        anatomy_of(built(ConvBertConfig(**SMALL, embedding_size=16)))


@pytest.mark.parametrize("harm", ["heads", "gap"])
def test_shapes_that_do_not_fit_together_are_refused(harm: str) -> None:
    model = built(CONFIGS["bert"])
    if harm == "heads":
        model.config.num_attention_heads = 3  # 16 features are no three heads
    else:
        layers_of(model)[1].intermediate = nn.Identity()
    with pytest.raises(ValueError, match="must have matrices to its heads"):
        anatomy_of(model)
