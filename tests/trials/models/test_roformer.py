"""RoFormer as an architecture describes it."""

import pytest
import torch

from search_spaces import SpaceError
from tests.trials.models.building import build


def test_the_config_follows_the_architecture() -> None:
    config = build("roformer/cls", depth=3, heads=2, head_width=16, activation="silu", hidden_dropout=0.2).config
    assert config.model_type == "roformer"
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (32, 64, 3)
    assert (config.embedding_size, config.rotary_value) == (32, False)
    assert (config.hidden_act, config.hidden_dropout_prob) == ("silu", 0.2)


def test_the_classifier_has_a_dropout_of_its_own_that_the_config_cannot_tell() -> None:
    model = build("roformer/cls", hidden_dropout=0.0, classifier_dropout=0.3)
    assert (model.classifier.dropout.p, model.roformer.embeddings.dropout.p) == (0.3, 0.0)


def test_positions_are_turned_and_not_learnt() -> None:
    model = build("roformer/cls")
    assert [name for name, weight in model.named_parameters() if "position" in name and weight.requires_grad] == []
    with torch.inference_mode():
        assert model.eval()(input_ids=torch.arange(32)[None]).logits.isfinite().all()


def test_an_odd_head_is_refused() -> None:
    with pytest.raises(SpaceError, match=r"even.*'roformer'"):
        build("roformer/cls", head_width=15)
