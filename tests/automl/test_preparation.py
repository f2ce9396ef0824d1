"""How much a full trial trains where the user does not say."""

from dataclasses import replace

import pytest

from automl.pace import TOKENS_PER_SECOND, tokens_per_second
from automl.preparation import affordable_epochs
from search_spaces import SPACES, Defaults, Point


def first(space: str) -> Point:
    return SPACES[space](Defaults())


@pytest.mark.parametrize(
    ("space", "seconds", "epochs"),
    [
        ("encoder", None, 12.0),
        ("encoder", 1.0, 2.0),
        ("encoder", 1e6, 12.0),
        ("encoder", 300.0, 5.0),
        ("finetune", None, 4.0),
        ("finetune", 1.0, 1.0),
        ("finetune", 1e6, 4.0),
    ],
)
def test_epochs_fit_the_time_and_the_kind_of_model(space, seconds, epochs):
    rows = 300 * 2 * TOKENS_PER_SECOND // (6 * 256 * 5)
    assert affordable_epochs(rows, 256, seconds, 2, first(space)) == epochs


def test_a_pretrained_model_is_slower_by_its_weights_and_faster_by_what_is_frozen():
    point = first("finetune")
    frozen = replace(point, architecture=replace(point.architecture, frozen_share=0.75))
    assert tokens_per_second(first("encoder")) == TOKENS_PER_SECOND
    assert tokens_per_second(point) == pytest.approx(TOKENS_PER_SECOND * 2 * 128**2 / (6 * 384**2))
    assert tokens_per_second(frozen) == pytest.approx(2 * tokens_per_second(point))


def test_texts_that_are_cut_shorter_allow_more_epochs():
    point = first("finetune")
    short = replace(point, text=replace(point.text, longest=64))
    assert affordable_epochs(1000, 256, 500.0, 2, short) == 2 * affordable_epochs(1000, 256, 500.0, 2, point)
