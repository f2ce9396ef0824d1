"""ModernBERT as an architecture describes it."""

import pytest

from search_spaces import SpaceError
from tests.trials.models.building import build


def test_the_config_follows_the_architecture() -> None:
    config = build(depth=3, heads=2, head_width=16, feed_forward_ratio=1.5, activation="relu").config
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (32, 48, 3)
    assert (config.hidden_activation, config.classifier_pooling) == ("relu", "mean")


def test_each_dropout_goes_where_its_name_says() -> None:
    config = build(hidden_dropout=0.1, attention_dropout=0.2, classifier_dropout=0.3).config
    assert (config.embedding_dropout, config.mlp_dropout) == (0.1, 0.1)
    assert (config.attention_dropout, config.classifier_dropout) == (0.2, 0.3)


@pytest.mark.parametrize("depth", [1, 4])
def test_every_layer_attends_to_all_tokens(depth: int) -> None:
    """By default most layers of a ModernBERT would see a few neighbours."""
    assert build(depth=depth).config.layer_types == ["full_attention"] * depth


def test_special_tokens_are_those_of_vocabularies_that_are_trained_here() -> None:
    """By default their ids lie beyond a small vocabulary."""
    config = build().config
    assert (config.pad_token_id, config.cls_token_id, config.sep_token_id) == (0, 2, 3)
    assert (config.bos_token_id, config.eos_token_id) == (2, 3)


def test_an_odd_head_is_refused() -> None:
    with pytest.raises(SpaceError, match=r"even.*'modernbert'"):
        build(head_width=15)
