from dataclasses import replace

import pytest

from automl.core.budgets import USUAL_PACE, Budgets, Pace, is_pretrained
from search_spaces import SPACES, Space

BUDGETS = Budgets(scratch=2700, pretrained=900)


@pytest.mark.parametrize(
    ("space", "pretrained"),
    [("encoder", False), ("linear", False), ("probe", False), ("finetune", True), ("lora", True), ("subnet", True)],
)
def test_what_trains_an_encoder_further_needs_less_than_what_begins_from_nothing(space, pretrained):
    """A probe reads a pretrained encoder, and does not train it."""
    point = Space(space, SPACES[space]).default_points()[0]
    assert is_pretrained(point) is pretrained
    assert BUDGETS.of(point) == (900 if pretrained else 2700)


def test_the_usual_pace_is_that_of_the_default_model():
    """It has 2 layers of width 128, whose 12 · 2 · 128² weights each token passes."""
    default = Space("encoder", SPACES["encoder"]).default_points()[0].architecture
    weights = 12 * default.depth * default.width**2
    assert USUAL_PACE.pretrained == USUAL_PACE.scratch * weights
    assert replace(USUAL_PACE, scratch=1.0) != USUAL_PACE == Pace()
