"""Megatron BERT as an architecture describes it."""

from tests.trials.models.building import build


def test_the_config_follows_the_architecture() -> None:
    config = build("megatron-bert/cls", depth=3, heads=2, head_width=16, activation="silu", hidden_dropout=0.2).config
    assert config.model_type == "megatron-bert"
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (32, 64, 3)
    assert (config.num_attention_heads, config.hidden_act) == (2, "silu")
    assert (config.hidden_dropout_prob, config.max_position_embeddings) == (0.2, 32)


def test_the_classifier_has_a_dropout_of_its_own_that_the_config_cannot_tell() -> None:
    model = build("megatron-bert/cls", hidden_dropout=0.0, classifier_dropout=0.3)
    assert (model.dropout.p, model.bert.embeddings.dropout.p) == (0.3, 0.0)
    assert build("megatron-bert/cls", hidden_dropout=0.3, classifier_dropout=0.0).dropout.p == 0.0
