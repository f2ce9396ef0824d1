"""Given splits."""

import math

from trials.data.quality.splits import check_groups, check_times
from trials.data.sources import SourceRows


def grouped(*groups):
    return SourceRows([f"{group} {n}" for n, group in enumerate(groups)], ["x"] * len(groups), list(groups))


def timed(*times):
    return SourceRows([str(time) for time in times], ["x"] * len(times), None, list(times))


def test_groups_stay_on_the_side_where_they_are_measured():
    rows = {"train": grouped("a", "b", "c", ""), "validation": grouped("b", "d"), "test": grouped("c", "d", "")}

    kept, findings = check_groups(rows, "author")

    assert {split: part.groups for split, part in kept.items()} == {
        "train": ["a", ""],
        "validation": ["b"],
        "test": ["c", "d", ""],
    }
    assert [finding.code for finding in findings] == ["missing-groups", "group-overlap"]
    assert findings[1].message.startswith("3 rows (train 2, validation 1) whose 'author'")
    assert findings[1].left_out == 3


def test_rows_without_a_time_are_left_out_and_times_that_overlap_told():
    rows = {"train": timed(1.0, 5.0, math.nan), "test": timed(4.0, 6.0)}

    kept, findings = check_times(rows, "date")

    assert kept["train"].times == [1.0, 5.0]
    assert [finding.code for finding in findings] == ["missing-times", "time-overlap"]
    assert "1 of 2 rows of the train split" in findings[1].message
    assert check_times({"train": timed(1.0, 2.0), "test": timed(4.0)}, "date")[1] == []
