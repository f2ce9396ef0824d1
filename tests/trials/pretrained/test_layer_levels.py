import re

import pytest
from transformers import (
    AlbertConfig,
    AutoModelForSequenceClassification,
    BertConfig,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    ModernBertConfig,
    PreTrainedConfig,
    PreTrainedModel,
    RobertaConfig,
)

from trials.pretrained.layer_levels import freeze, levels_of

SMALL = {"vocab_size": 50, "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32}
DEBERTA = DebertaV2Config(**SMALL, num_hidden_layers=4, relative_attention=True, norm_rel_ebd="layer_norm")
CONFIGS = [
    BertConfig(**SMALL, num_hidden_layers=4),
    RobertaConfig(**SMALL, num_hidden_layers=4),
    ElectraConfig(**SMALL, num_hidden_layers=4, embedding_size=8),
    ModernBertConfig(**SMALL, num_hidden_layers=4, pad_token_id=0),
    DEBERTA,
    DistilBertConfig(vocab_size=50, dim=16, n_heads=2, hidden_dim=32, n_layers=4),
]


@pytest.fixture(params=CONFIGS, ids=lambda config: config.model_type)
def model(request: pytest.FixtureRequest) -> PreTrainedModel:
    config: PreTrainedConfig = request.param
    made: PreTrainedModel = AutoModelForSequenceClassification.from_config(config)
    return made


def test_the_norm_that_each_layer_of_deberta_reads_is_frozen_with_the_first() -> None:
    model = AutoModelForSequenceClassification.from_config(DEBERTA)
    freeze(model, 0.25)
    assert not model.deberta.encoder.LayerNorm.weight.requires_grad
    assert model.deberta.encoder.layer[1].output.dense.weight.requires_grad


@pytest.mark.parametrize("config", [AlbertConfig(**SMALL, num_hidden_layers=4, embedding_size=8)])
def test_layers_that_share_their_weights_are_refused(config: PreTrainedConfig) -> None:
    with pytest.raises(ValueError, match="one list of its 4 layers"):
        levels_of(AutoModelForSequenceClassification.from_config(config))


def test_heights_rise_from_the_embeddings_to_the_last_layer(model: PreTrainedModel) -> None:
    levels = levels_of(model)
    assert levels.depth == 4
    assert set(levels.heights.values()) == {0, 1, 2, 3, 4}
    inside = {name for name, _ in model.named_parameters() if name.startswith(f"{model.base_model_prefix}.")}
    assert levels.heights.keys() == inside
    assert all(levels.heights[name] == 0 for name in inside if "word_embeddings" in name or "tok_embeddings" in name)
    for layer in range(4):
        found = {height for name, height in levels.heights.items() if f".{layer}." in name}
        assert found == {layer + 1}
    assert any(not name.startswith(f"{model.base_model_prefix}.") for name, _ in model.named_parameters())


@pytest.mark.parametrize(("share", "frozen"), [(0.0, 0), (0.1, 0), (0.25, 1), (0.5, 2), (1.0, 4)])
def test_the_lowest_layers_are_frozen_with_what_is_below_them(
    model: PreTrainedModel, share: float, frozen: int
) -> None:
    freeze(model, share)
    for name, parameter in model.named_parameters():
        layer = re.search(r"layers?\.(\d)\.", name)
        below = "embed" in name or name.startswith("deberta.encoder.LayerNorm")
        is_frozen = int(layer[1]) < frozen if layer else below and frozen > 0
        assert parameter.requires_grad is not is_frozen, name
