"""How much a full trial trains where the user does not say."""

from dataclasses import replace

import numpy as np
import pytest

from automl.pace import TOKENS_PER_SECOND, tokens_per_second
from automl.preparation import Budgets, Prepared, affordable_epochs
from search_spaces import SPACES, Defaults, Point, Space
from trials.data.dataset import Split, TextDataset
from trials.data.tokenization import mean_length


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
        ("finetune", 1.0, 0.05),
        ("finetune", 1e6, 4.0),
    ],
)
def test_epochs_fit_the_time_and_the_kind_of_model(space, seconds, epochs):
    tokens = 300 * 2 * TOKENS_PER_SECOND / (6 * 5)
    assert affordable_epochs(tokens, seconds, 2, first(space)) == epochs


def test_a_pretrained_model_is_slower_by_its_weights_and_faster_by_what_is_frozen():
    point = first("finetune")
    frozen = replace(point, architecture=replace(point.architecture, frozen_share=0.75))
    assert tokens_per_second(first("encoder")) == TOKENS_PER_SECOND
    assert tokens_per_second(point) == pytest.approx(TOKENS_PER_SECOND * 2 * 128**2 / (6 * 384**2))
    assert tokens_per_second(frozen) == pytest.approx(2 * tokens_per_second(point))


def test_texts_that_are_cut_shorter_allow_more_epochs():
    texts = tuple("one two three four five six" * length for length in (1, 1, 10))
    split = Split(texts, np.zeros(3, dtype=np.int64))
    dataset = TextDataset("toy", ("a",), split, split, split, "f" * 64)
    whole, cut = mean_length(dataset, 1000), mean_length(dataset, 10)
    assert cut < 10 < whole
    point = first("finetune")
    assert affordable_epochs(1e3 * cut, 25.0, 2, point) > affordable_epochs(1e3 * whole, 25.0, 2, point)


def test_a_cross_validated_trial_trains_on_all_rows_as_often_as_there_are_folds():
    split = Split(("one two three",) * 8, np.zeros(8, dtype=np.int64))
    validation = Split(("one two three",) * 2, np.zeros(2, dtype=np.int64))
    dataset = TextDataset("toy", ("a",), split, validation, split, "f" * 64)
    once = Prepared(dataset, 64, Budgets(100, 100))
    folds = replace(once, folds=5)
    assert (once.epochs(first("encoder")), folds.epochs(first("encoder"))) == (12.5, 10.0)
    assert folds.seconds(first("encoder")) == pytest.approx(5 * once.seconds(first("encoder")))
    assert folds.seconds(first("linear")) == pytest.approx(5 * 10 / 8 * once.seconds(first("linear")))
    assert folds.seconds(first("probe")) == once.seconds(first("probe")), "features are computed once"


def test_a_trial_has_the_budget_of_its_kind():
    budgets = Budgets(scratch=200, pretrained=100)
    auto = Space("auto", SPACES["auto"])
    kinds = dict(zip(auto.algorithms(), auto.default_points(), strict=True))
    assert (budgets.of(kinds["encoder"]), budgets.of(kinds["finetune"])) == (200, 100)
