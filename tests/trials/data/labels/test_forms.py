"""A label as text: one name, or a set of names."""

import numpy as np

from trials.data.labels import NAME_SETS, ONE_NAME, written
from trials.data.sources import SourceRows

SETS = SourceRows(["t1", "t2", "t3"], [written(["b", "a"]), written([]), written(["a"])])
NAMES = SourceRows(["t1", "t2", "t3"], ["b", "a", "a"])


def test_equal_sets_are_written_alike() -> None:
    assert written(["b", "a", "b"]) == written(("a", "b"))
    assert NAME_SETS.names(written(["b", "a"])) == ["a", "b"]


def test_rows_of_each_name_are_counted() -> None:
    assert (NAME_SETS.count(SETS), ONE_NAME.count(NAMES)) == ({"a": 2, "b": 1}, {"a": 2, "b": 1})


def test_a_name_that_is_left_out_takes_its_rows_along_only_where_it_is_their_only_label() -> None:
    assert NAME_SETS.without(SETS, {"b"}).labels == [written(["a"]), written([]), written(["a"])]
    assert ONE_NAME.without(NAMES, {"b"}).labels == ["a", "a"]


def test_labels_become_numbers() -> None:
    np.testing.assert_array_equal(
        NAME_SETS.array(SETS.labels, ["a", "b"]), [[True, True], [False, False], [True, False]]
    )
    np.testing.assert_array_equal(ONE_NAME.array(NAMES.labels, ["a", "b"]), [1, 0, 0])
    assert NAME_SETS.strata(SETS.labels).tolist() == [1, 2, 0]
    assert ONE_NAME.strata(NAMES.labels).tolist() == [1, 0, 0]


def test_names_are_replaced_within_a_set() -> None:
    assert NAME_SETS.renamed(SETS.labels[0], str.upper) == written(["A", "B"])
