"""Which rows have several labels, and which ones."""

import pytest

from trials.data.labels import NAME_SETS
from trials.data.labels.sets import read_sets
from trials.data.options import DataOptions
from trials.data.sources import SourceRows
from trials.errors import DataError


def names_of(*labels: str, **options: object) -> list[list[str]] | None:
    rows = {"train": SourceRows([f"text {number}" for number in range(len(labels))], list(labels))}
    found = read_sets(rows, DataOptions("data.csv", **options))
    return (
        None if found is None else [list(NAME_SETS.names(each)) if each else [] for each in found.rows["train"].labels]
    )


def test_lists_are_sets_if_some_have_not_exactly_one_name() -> None:
    assert names_of('["b", "a"]', "[]", "['a']") == [["a", "b"], [], ["a"]]
    assert names_of('["a"]', '["b"]') is None
    assert names_of('["a"]', '["b"]', task="multi-label") == [["a"], ["b"]]
    assert names_of('["a", "b"]', "plain") is None
    assert names_of('["a", "b"]', task="single-label") is None


def test_joined_names_are_sets_only_if_the_user_says_so() -> None:
    assert names_of("a|b", "b", "a") is None
    expected = [["a", "b"], [], ["a"]]
    assert names_of("a|b", "", "a", task="multi-label") == expected
    assert names_of("a ~ b", "", "a", label_separator="~") == expected


def test_a_missing_cell_beside_lists_is_no_empty_set() -> None:
    rows = {"train": SourceRows(["t1", "t2"], ['["a", "b"]', ""])}
    found = read_sets(rows, DataOptions("data.jsonl"))
    assert found is not None
    assert found.rows["train"].labels == ['["a", "b"]', ""]


def test_how_they_are_written_is_told() -> None:
    rows = {"train": SourceRows(["t1", "t2"], ["a|b", "b"])}
    found = read_sets(rows, DataOptions("data.csv", task="multi-label"))
    assert found is not None
    assert found.written_as == "names joined by '|'"


def test_a_separator_that_separates_nothing_is_refused() -> None:
    assert names_of('["a", "b"]', "b|c", label_separator="|") == [["a", "b"], ["b", "c"]]
    with pytest.raises(DataError, match="has no use where there are lists in all cells"):
        names_of('["a|b", "c"]', '["a"]', label_separator="|")
    with pytest.raises(DataError, match="has no use where there are several label columns of 0 and 1"):
        read_sets({}, DataOptions("data.csv", indicators=("a", "b"), label_separator="|"))


@pytest.mark.parametrize("label", ['{"a": 1}', '[{"a": 1}]', '[["a"]]'])
def test_objects_are_refused(label: str) -> None:
    with pytest.raises(DataError, match="each cell must hold names"):
        names_of(label, "a", task="multi-label")


@pytest.mark.parametrize("options", [{"indicators": ("a", "b")}, {"label_separator": "|"}])
def test_a_task_that_contradicts_the_columns_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(DataError, match=r"data.task must be 'multi-label'"):
        names_of("a|b", "b", task="single-label", **options)
