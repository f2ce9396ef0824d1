from dataclasses import replace

import numpy as np
import pytest

from tests.trials.toy import toy_dataset
from trials.data.dataset import EncodedSplit
from trials.data.division import divide
from trials.data.fold_split import all_labels, division_of, folds_of, the_splits
from trials.data.subsample import both_splits, chosen_rows


@pytest.mark.parametrize("parts", [2, 5, 10])
def test_rows_are_divided_evenly_class_by_class(parts):
    labels = np.random.default_rng(0).choice(4, size=203, p=[0.6, 0.2, 0.15, 0.05])
    numbers = divide(labels, parts, seed=3)
    assert np.ptp(np.bincount(numbers, minlength=parts)) <= 1
    for label in range(4):
        assert np.ptp(np.bincount(numbers[labels == label], minlength=parts)) <= 1


def test_the_seed_decides_who_comes_where():
    labels = np.arange(60) % 3
    assert np.array_equal(divide(labels, 5, 1), divide(labels, 5, 1))
    assert not np.array_equal(divide(labels, 5, 1), divide(labels, 5, 2))


def test_every_row_is_held_out_once_and_never_trained_on_then():
    data = toy_dataset()
    *folds, whole = folds_of(data, 5, seed=0)
    assert sorted(np.concatenate([fold.held_out for fold in folds])) == list(range(120))
    for fold in folds:
        assert sorted([*fold.training, *fold.held_out]) == list(range(120))
    assert list(whole.training) == list(range(120))
    assert len(whole.held_out) == 0


def test_folds_keep_groups_together():
    groups = np.arange(120) // 4
    data = replace(toy_dataset(), groups=groups)
    *folds, whole = folds_of(data, 5, seed=0)
    assert sorted(np.concatenate([fold.held_out for fold in folds])) == list(range(120))
    assert all(not set(groups[fold.training]) & set(groups[fold.held_out]) for fold in folds)
    assert len(whole.training) == 120


def test_a_class_of_one_row_is_held_out_too():
    labels = np.array([0] * 9 + [1])
    assert sorted(np.bincount(divide(labels, 3, 0))) == [3, 3, 4]


def texts_of(split: EncodedSplit) -> list[list[int]]:
    return [list(split.tokens[start:end]) for start, end in zip(split.offsets, split.offsets[1:], strict=False)]


def test_chosen_rows_are_the_texts_of_both_splits():
    data = toy_dataset()
    both = both_splits(data)
    everything = texts_of(data.train) + texts_of(data.validation)
    assert texts_of(both) == everything
    rows = np.array([95, 3, 119, 0])
    chosen = chosen_rows(both, rows)
    assert texts_of(chosen) == [everything[row] for row in rows]
    assert list(chosen.labels) == list(all_labels(data)[rows])
    split = the_splits(data)
    assert texts_of(chosen_rows(both, split.held_out)) == texts_of(data.validation)


def test_rows_are_divided_anew_in_the_same_sizes_and_always_alike():
    data = toy_dataset()
    assert list(division_of(data, None).held_out) == list(the_splits(data).held_out)
    first, again, other = (division_of(data, seed) for seed in (5, 5, 6))
    assert list(first.held_out) == list(again.held_out) != list(other.held_out)
    assert sorted([*first.training, *first.held_out]) == list(range(len(data.train) + len(data.validation)))
    assert len(first.held_out) == len(data.validation)
    shares = np.bincount(all_labels(data)[first.held_out]) / np.bincount(all_labels(data))
    assert np.ptp(shares) < 0.05, "each class gives its share"


def test_rows_that_are_divided_anew_keep_their_groups_together():
    data = toy_dataset()
    groups = np.arange(len(data.train) + len(data.validation)) // 4
    fold = division_of(replace(data, groups=groups), 5)
    assert set(groups[fold.training]).isdisjoint(groups[fold.held_out]) and len(fold.held_out)
