"""A point refuses what no model or optimizer could use."""

from dataclasses import replace

import pytest

from search_spaces import SPACES, Defaults, SpaceError

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
