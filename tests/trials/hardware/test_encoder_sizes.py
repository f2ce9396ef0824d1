"""Sizes of a model before it is built; `test_memory_estimate.py` compares them with built models of every kind."""

from dataclasses import replace
from pathlib import Path

import pytest

from search_spaces import SPACES, Defaults, Kept, LowRank
from tests.trials.pretrained.checkpoints import BERT_SIZES, save_checkpoint
from tests.trials.toy import toy_point
from trials.errors import PretrainedError
from trials.hardware.encoder_sizes import encoder_of, pretrained_encoder

FINETUNE = SPACES["finetune"](Defaults())


def test_the_config_of_a_checkpoint_gives_its_sizes(tmp_path: Path) -> None:
    found = pretrained_encoder(str(save_checkpoint(tmp_path / "pretrained")))
    assert (found.width, found.depth, found.heads, found.inner, found.vocabulary, found.positions) == (
        BERT_SIZES["hidden_size"],
        BERT_SIZES["num_hidden_layers"],
        BERT_SIZES["num_attention_heads"],
        BERT_SIZES["intermediate_size"],
        BERT_SIZES["vocab_size"],
        BERT_SIZES["max_position_embeddings"],
    )
    assert found.trained == found.depth and not found.gated


def test_what_is_cut_frozen_or_adapted_is_not_counted_as_trained(tmp_path: Path) -> None:
    checkpoint = str(save_checkpoint(tmp_path / "pretrained"))

    def sizes(**settings):
        return encoder_of(
            replace(FINETUNE, architecture=replace(FINETUNE.architecture, checkpoint=checkpoint, **settings)), 20
        )

    whole, frozen = sizes(), sizes(frozen_share=0.5)
    assert (frozen.depth, frozen.trained) == (4, 2)
    assert frozen.weights == whole.weights and frozen.trained_weights < whole.trained_weights
    part = sizes(kept=Kept(0.5, 0.5, 0.25, "lowest"))
    assert (part.depth, part.heads, part.mixed, part.inner) == (2, 1, 16, 16)
    adapted = sizes(adapter=LowRank(4, 8, "attention", 0.0))
    assert adapted.trained_weights == 4 * 2 * 4 * adapted.adapted


def test_rotary_positions_take_no_embeddings() -> None:
    assert encoder_of(toy_point("bert/cls"), 24).positions == 24
    assert encoder_of(toy_point("roformer/cls"), 24).positions == 0
    assert encoder_of(toy_point("modernbert/mean"), 24).gated


def test_a_config_that_does_not_tell_its_sizes_is_named(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "pretrained")
    (tmp_path / "pretrained" / "config.json").write_text('{"dim": 8, "n_layers": 2, "vocab_size": 30}')
    with pytest.raises(PretrainedError, match="must have num_attention_heads or n_heads or n_head, and has none"):
        pretrained_encoder(str(tmp_path / "pretrained"))
