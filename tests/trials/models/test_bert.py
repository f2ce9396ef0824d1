"""BERT as an architecture describes it."""

from tests.trials.models.building import build


def test_the_config_follows_the_architecture() -> None:
    config = build("bert/cls", depth=3, heads=2, head_width=16, activation="silu", attention_dropout=0.1).config
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (32, 64, 3)
    assert (config.num_attention_heads, config.hidden_act) == (2, "silu")
    assert (config.attention_probs_dropout_prob, config.hidden_dropout_prob) == (0.1, 0.1)


def test_the_classifier_has_a_dropout_of_its_own() -> None:
    model = build("bert/cls", hidden_dropout=0.0, classifier_dropout=0.3)
    assert (model.dropout.p, model.bert.embeddings.dropout.p) == (0.3, 0.0)
    assert build("bert/cls", hidden_dropout=0.3, classifier_dropout=0.0).dropout.p == 0.0


def test_a_head_may_have_an_odd_width_and_the_feed_forward_part_a_single_unit() -> None:
    config = build("bert/cls", heads=3, head_width=5, feed_forward_ratio=0.01).config
    assert (config.hidden_size, config.intermediate_size) == (15, 1)
