import pytest
from transformers import (
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

from trials.pretrained.levels import freeze, levels_of

SMALL = {"vocab_size": 50, "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32}
CONFIGS = [
    BertConfig(**SMALL, num_hidden_layers=4),
    RobertaConfig(**SMALL, num_hidden_layers=4),
    ElectraConfig(**SMALL, num_hidden_layers=4, embedding_size=8),
    ModernBertConfig(**SMALL, num_hidden_layers=4, pad_token_id=0),
    DebertaV2Config(**SMALL, num_hidden_layers=4, relative_attention=True),
    DistilBertConfig(vocab_size=50, dim=16, n_heads=2, hidden_dim=32, n_layers=4),
]


@pytest.fixture(params=CONFIGS, ids=lambda config: config.model_type)
def model(request: pytest.FixtureRequest) -> PreTrainedModel:
    config: PreTrainedConfig = request.param
    made: PreTrainedModel = AutoModelForSequenceClassification.from_config(config)
    return made


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


@pytest.mark.parametrize(("share", "frozen"), [(0.0, -1), (0.1, -1), (0.25, 1), (0.5, 2), (1.0, 4)])
def test_the_lowest_layers_are_frozen_with_what_is_below_them(
    model: PreTrainedModel, share: float, frozen: int
) -> None:
    freeze(model, share)
    heights = levels_of(model).heights
    for name, parameter in model.named_parameters():
        assert parameter.requires_grad == (heights.get(name, 9) > frozen), name
