"""Pretrained encoders, trained as a whole."""

from search_spaces import SPACES, Point, PretrainedText, Pretraining, Space

SPACE = Space("finetune", SPACES["finetune"])


def changed(**values: object) -> Point:
    return SPACE.replay({**SPACE.defaults(), **{name.replace("__", "."): value for name, value in values.items()}})


def test_encoder_and_tokenizer_are_of_one_checkpoint():
    point = changed(architecture__checkpoint="mine", text__longest=64)
    assert point.text == PretrainedText("mine", 64)
    assert point.architecture.checkpoint == "mine"


def test_the_whole_encoder_is_used_and_no_adapter():
    architecture = changed(architecture__frozen_share=0.5).architecture
    assert (architecture.kept, architecture.adapter, architecture.frozen_share) == (None, None, 0.5)


def test_each_dropout_is_the_parameter_of_its_name():
    point = changed(
        architecture__hidden_dropout=0.01, architecture__attention_dropout=0.1, architecture__classifier_dropout=0.03
    )
    found = point.architecture
    assert (found.hidden_dropout, found.attention_dropout, found.classifier_dropout) == (0.01, 0.1, 0.03)


def test_the_classifier_learns_faster_than_the_encoder_and_low_layers_slower():
    optimizer = changed().optimizer
    assert optimizer.head_learning_rate > optimizer.learning_rate
    assert optimizer.layer_decay < 1.0


def test_a_stage_before_it_has_a_rate_of_its_own():
    assert changed().pretraining is None
    found = changed(pretraining__epochs=2.0, pretraining__learning_rate=5e-4)
    assert found.pretraining == Pretraining(epochs=2.0, learning_rate=5e-4, mask_share=0.15)
