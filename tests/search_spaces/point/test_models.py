"""A point refuses what no model or optimizer could use."""

from dataclasses import replace

import pytest

from search_spaces import SPACES, Defaults, SpaceError

POINT = SPACES["encoder"](Defaults())


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


@pytest.mark.parametrize("reading", ["windows", "apart"])
def test_a_transformer_that_is_trained_reads_a_text_at_once(reading):
    found = SPACES["finetune"](Defaults())
    with pytest.raises(SpaceError, match="must read a text at once"):
        replace(found, text=replace(found.text, reading=reading))
