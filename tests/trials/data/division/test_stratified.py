import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.data.division.stratified import check_shares, split_off
from trials.errors import DataError
from trials.tasks import by_class


@st.composite
def labels_of_at_least_two_each(draw):
    counts = draw(st.lists(st.integers(2, 40), min_size=1, max_size=6))
    labels = [label for label, count in enumerate(counts) for _ in range(count)]
    return np.array(draw(st.permutations(labels)), dtype=np.int64)


@given(labels_of_at_least_two_each(), st.floats(0.01, 0.99), st.integers(0, 2**32))
def test_rows_are_divided_once_with_every_class_on_both_sides_in_its_share(labels, share, seed):
    kept, off = split_off(labels, share, seed)

    assert sorted([*kept, *off]) == list(range(len(labels)))
    for label in set(labels):
        count, taken = (labels == label).sum(), (labels[off] == label).sum()
        assert 1 <= taken <= count - 1
        assert abs(taken - share * count) <= 1


@given(labels_of_at_least_two_each(), st.integers(0, 100))
def test_the_same_seed_gives_the_same_split(labels, seed):
    first, second = split_off(labels, 0.2, seed), split_off(labels, 0.2, seed)

    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


def test_another_seed_gives_another_split():
    labels = np.repeat([0, 1], 100)

    assert not np.array_equal(split_off(labels, 0.2, 0)[1], split_off(labels, 0.2, 1)[1])


@pytest.mark.parametrize(("validation", "test"), [(0.0, 0.2), (0.2, 0.0), (0.5, 0.5), (-0.1, 0.2), (1.2, 0.1)])
def test_shares_must_leave_rows_for_every_split(validation, test):
    with pytest.raises(DataError, match="below 1 together"):
        check_shares(validation, test)


def test_rows_by_class():
    labels = np.array([2, 0, 2, 5, 0, 2])
    assert [rows.tolist() for rows in by_class(labels)] == [[1, 4], [0, 2, 5], [3]]
    assert by_class(labels[:0]) == []


def test_ten_thousand_classes_are_split_at_once():
    """One pass over the rows for each class would take minutes."""
    labels = np.arange(200_000) % 10_000
    kept, off = split_off(labels, 0.15, seed=0)
    assert np.bincount(labels[off]).tolist() == [3] * 10_000
    assert np.array_equal(np.sort(np.concatenate([kept, off])), np.arange(200_000))
