"""Splits class by class; `tests/trials/data/division/test_stratified.py` says more."""

import numpy as np

from trials.tasks.class_stratification import divide_classes, split_off_classes

LABELS = np.repeat([0, 1, 2], [50, 20, 4])


def test_each_class_gives_its_share() -> None:
    kept, off = split_off_classes(LABELS, 0.2, seed=0)
    assert np.bincount(LABELS[off]).tolist() == [10, 4, 1]
    assert sorted([*kept, *off]) == list(range(74))


def test_parts_have_all_classes_alike() -> None:
    parts = divide_classes(LABELS, 4, seed=0)
    assert [np.bincount(LABELS[parts == part]).tolist()[2] for part in range(4)] == [1, 1, 1, 1]
