from dataclasses import replace

import pytest
from transformers import PreTrainedModel

from search_spaces import Architecture, SpaceError
from tests.trials.toy import LABELS, toy_point
from trials.models import build_model


def build(encoder: str = "modernbert/mean", **fields: object) -> PreTrainedModel:
    architecture: Architecture = replace(toy_point(encoder).architecture, **fields)
    return build_model(architecture, vocabulary_size=50, max_length=32, label_names=LABELS)


@pytest.mark.parametrize(
    ("encoder", "fields", "said"),
    [
        (
            "modernbet/mean",
            {},
            r"no model family 'modernbet'\. Did you mean 'modernbert'\? Choose from: bert, megatron-bert, modernbert,",
        ),
        ("bert/mean", {}, r"no pooling of 'bert' 'mean'\. Choose from: cls"),
        ("modernbert/max", {}, "Choose from: cls, mean"),
        ("bert/cls", {"activation": "gelo"}, "no activation 'gelo'. Did you mean 'gelu'?"),
        ("bert/cls", {"initialization": "fan-in"}, "no initialization 'fan-in'. Did you mean 'fan_in'?"),
        ("modernbert/mean", {"head_width": 15}, "head_width must be even for 'modernbert', not 15"),
        ("roformer/cls", {"head_width": 15}, "head_width must be even for 'roformer', not 15"),
    ],
)
def test_an_architecture_that_cannot_be_built_says_why(encoder: str, fields: dict[str, object], said: str) -> None:
    with pytest.raises(SpaceError, match=said):
        build(encoder, **fields)


def test_modernbert_follows_the_architecture() -> None:
    config = build(depth=3, heads=2, head_width=16, feed_forward_ratio=1.5, activation="relu").config
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (32, 48, 3)
    assert set(config.layer_types) == {"full_attention"}
    assert (config.hidden_activation, config.classifier_pooling) == ("relu", "mean")
    assert (config.embedding_dropout, config.mlp_dropout, config.classifier_dropout) == (0.1, 0.1, 0.1)


def test_bert_follows_the_architecture() -> None:
    config = build("bert/cls", depth=3, heads=2, head_width=16, activation="silu", attention_dropout=0.1).config
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (32, 64, 3)
    assert (config.hidden_act, config.attention_probs_dropout_prob) == ("silu", 0.1)


@pytest.mark.parametrize("encoder", ["megatron-bert/cls", "roformer/cls"])
def test_relatives_of_bert_follow_the_architecture(encoder: str) -> None:
    model = build(encoder, depth=3, heads=2, head_width=16, activation="silu", classifier_dropout=0.3)
    config = model.config
    assert config.model_type == encoder.partition("/")[0]
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (32, 64, 3)
    assert (config.hidden_act, config.hidden_dropout_prob) == ("silu", 0.1)
    assert [module.p for name, module in model.named_modules() if name in ("dropout", "classifier.dropout")] == [0.3]
