"""A point refuses what no model or optimizer could use."""

from dataclasses import replace

import pytest

from search_spaces import SPACES, Defaults, Kept, PretrainedText, SpaceError, Text, Words

POINT = SPACES["encoder"](Defaults())


def test_widths_follow_from_heads_and_ratio():
    architecture = replace(POINT.architecture, heads=3, head_width=16, feed_forward_ratio=1.5)
    assert architecture.width == 48
    assert architecture.feed_forward_width == 72
    assert replace(architecture, feed_forward_ratio=0.001).feed_forward_width == 1


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("text", "vocabulary_size", 0),
        ("architecture", "depth", 0),
        ("architecture", "heads", 0),
        ("architecture", "head_width", -1),
        ("architecture", "feed_forward_ratio", 0.0),
        ("architecture", "hidden_dropout", 1.0),
        ("architecture", "attention_dropout", -0.1),
        ("optimizer", "learning_rate", 0.0),
        ("optimizer", "learning_rate", float("nan")),
        ("optimizer", "beta1", 1.0),
        ("optimizer", "beta2", -0.1),
        ("optimizer", "epsilon", 0.0),
        ("optimizer", "weight_decay", -1.0),
        ("optimizer", "warmup_share", 1.5),
        ("optimizer", "gradient_clip", 0.0),
        ("training", "batch_size", 0),
        ("training", "label_smoothing", 1.5),
    ],
)
def test_impossible_values(part, field, value):
    with pytest.raises(SpaceError, match=f"not {value!r}"):
        replace(getattr(POINT, part), **{field: value})


@pytest.mark.parametrize(
    ("share", "depth", "lowest", "spread"),
    [
        (1.0, 6, (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5)),
        (0.67, 6, (0, 1, 2, 3), (0, 2, 3, 5)),
        (0.33, 6, (0, 1), (0, 5)),
        (0.25, 12, (0, 1, 2), (0, 6, 11)),
        (0.01, 6, (0,), (0,)),
        (0.5, 1, (0,), (0,)),
    ],
)
def test_the_lowest_layer_always_stays_and_as_many_as_the_share_says(share, depth, lowest, spread):
    assert Kept(share, 1.0, 1.0, "lowest").layers_of(depth) == lowest
    assert Kept(share, 1.0, 1.0, "spread").layers_of(depth) == spread


def test_at_least_one_head_and_unit_stays():
    assert (Kept(1.0, 0.01, 0.01, "lowest").heads_of(12), Kept(1.0, 0.01, 0.01, "lowest").units_of(30)) == (
        1,
        1,
    )
    assert (Kept(1.0, 0.5, 0.25, "lowest").heads_of(12), Kept(1.0, 0.5, 0.25, "lowest").units_of(1536)) == (
        6,
        384,
    )


@pytest.mark.parametrize("shares", [(0.0, 1.0, 1.0), (1.0, 1.1, 1.0), (1.0, 1.0, -0.5)])
def test_a_share_that_can_be_none_is_refused(shares):
    with pytest.raises(SpaceError, match="a share to keep must be above 0 and at most 1"):
        Kept(*shares, "lowest")


def test_layers_that_nobody_knows_are_refused():
    with pytest.raises(SpaceError, match="one of lowest, spread, not 'highest'"):
        Kept(1.0, 1.0, 1.0, "highest")


def test_the_usual_reading_and_length_are_no_part_of_what_identifies_a_point() -> None:
    assert repr(PretrainedText("minilm", 64)) == "PretrainedText(checkpoint='minilm', longest=64)"
    assert repr(Text(8000)) == "Text(vocabulary_size=8000)"
    assert repr(Text(8000, 256)) == "Text(vocabulary_size=8000, longest=256)"
    assert (
        repr(PretrainedText("minilm", 64, "pair")) == "PretrainedText(checkpoint='minilm', longest=64, reading='pair')"
    )


def test_a_reading_that_nobody_knows_is_refused():
    with pytest.raises(SpaceError, match="must be one of head, windows, pair, apart, not 'tail'"):
        PretrainedText("minilm", 64, "tail")
    with pytest.raises(SpaceError, match="must be one of whole, apart, not 'tail'"):
        Words(1, 0, 1, True, "tail")


@pytest.mark.parametrize("reading", ["windows", "apart"])
def test_a_transformer_that_is_trained_reads_a_text_at_once(reading):
    found = SPACES["finetune"](Defaults())
    with pytest.raises(SpaceError, match="must read a text at once"):
        replace(found, text=replace(found.text, reading=reading))
