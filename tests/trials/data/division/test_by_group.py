"""Splits by whole groups."""

import numpy as np
import pytest

from trials.data.division.by_group import divide_groups, split_off_groups
from trials.errors import DataError

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.choice(3, size=600, p=[0.6, 0.3, 0.1])
GROUPS = GENERATOR.integers(0, 80, size=600)


def test_a_share_is_split_off_by_whole_groups_with_all_classes():
    kept, off = split_off_groups(LABELS, GROUPS, 0.2, seed=0)

    assert sorted([*kept, *off]) == list(range(600))
    assert not set(GROUPS[kept]) & set(GROUPS[off])
    shares = np.bincount(LABELS[off]) / np.bincount(LABELS)
    assert shares == pytest.approx([0.2] * 3, abs=0.05)


def test_the_seed_decides():
    first, again, other = (split_off_groups(LABELS, GROUPS, 0.2, seed)[1].tolist() for seed in (0, 0, 1))

    assert first == again != other


def test_two_groups_are_enough_and_the_smaller_one_is_split_off():
    kept, off = split_off_groups(np.array([0, 1, 0, 1, 0]), np.array([7, 7, 7, 9, 9]), 0.1, seed=0)

    assert (kept.tolist(), off.tolist()) == ([0, 1, 2], [3, 4])
    with pytest.raises(DataError, match="two groups on, but there are 1"):
        split_off_groups(np.array([0, 1]), np.array([3, 3]), 0.5, seed=0)


def test_folds_keep_groups_together_and_are_alike():
    parts = divide_groups(LABELS, GROUPS, 4, seed=0)

    assert all(len(set(parts[group == GROUPS])) == 1 for group in set(GROUPS))
    counts = np.array([np.bincount(LABELS[parts == part], minlength=3) for part in range(4)])
    assert counts.sum(axis=1) == pytest.approx([150] * 4, abs=12)
    assert (np.ptp(counts, axis=0) <= 12).all()


def test_each_fold_needs_a_group():
    assert sorted(divide_groups(np.array([0, 0, 1]), np.array([1, 2, 3]), 3, seed=0)) == [0, 1, 2]
    with pytest.raises(DataError, match="at least 4 groups, but there are 3"):
        divide_groups(np.array([0, 0, 1]), np.array([1, 2, 3]), 4, seed=0)
