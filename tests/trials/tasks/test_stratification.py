"""Rows with several labels are divided so that each part has its share of each label."""

import numpy as np
import pytest

from trials.tasks.stratification import deal_out, split_off_sets

LABELS = np.random.default_rng(0).random((400, 6)) < [0.5, 0.3, 0.2, 0.05, 0.02, 0.01]


def test_each_label_has_its_share_of_each_part() -> None:
    parts = deal_out(LABELS, (0.7, 0.15, 0.15), seed=1)
    counts = np.array([LABELS[parts == part].sum(axis=0) for part in range(3)])
    wanted = np.outer([0.7, 0.15, 0.15], LABELS.sum(axis=0))
    assert np.abs(counts - wanted).max() <= 2.0
    assert np.bincount(parts).tolist() == pytest.approx([280, 60, 60], abs=6)
    at_random = np.random.default_rng(0).permutation(400) < 60
    assert np.abs(LABELS[at_random].sum(axis=0) - wanted[1]).max() > 2.0


def test_rows_without_labels_are_shared_out_too() -> None:
    parts = deal_out(np.zeros((10, 3), dtype=bool), (0.5, 0.5), seed=0)
    assert sorted(np.bincount(parts)) == [5, 5]


@pytest.mark.parametrize("seed", range(5))
def test_a_rare_label_is_in_both_parts(seed: int) -> None:
    labels = LABELS.copy()
    labels[:, 5] = False
    labels[[3, 200], 5] = True
    kept, off = split_off_sets(labels, 0.15, seed)
    assert (labels[kept].any(axis=0).all(), labels[off].any(axis=0).all()) == (True, True)
    assert sorted([*kept, *off]) == list(range(400))


def test_the_same_seed_gives_the_same_parts_and_another_one_others() -> None:
    first, again, other = (split_off_sets(LABELS, 0.2, seed)[1].tolist() for seed in (0, 0, 1))
    assert first == again != other
