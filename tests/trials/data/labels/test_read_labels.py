"""What labels are, as the user says."""

import numpy as np
import pytest

from trials.data.labels import read_labels
from trials.data.options import DataOptions
from trials.data.sources import SourceRows
from trials.errors import DataError


def read(*labels, **options):
    rows = {"train": SourceRows([f"text {number}" for number in range(len(labels))], list(labels))}
    return read_labels(rows, DataOptions("data.csv", **options), "stars")


def test_numbers_are_of_one_form_and_others_are_named_with_their_rows():
    found = read("1,5", "1,50", "-2e1", "many", "", "nan", "inf", "1_000", task="regression")
    assert found.form.is_number
    assert found.rows["train"].labels == ["1.5", "1.5", "-20.0"]
    assert found.rows["train"].texts == ["text 0", "text 1", "text 2"]
    assert found.bad == {"train": [(4, "many"), (5, ""), (6, "nan"), (7, "inf"), (8, "1_000")]}
    array = found.form.array(found.rows["train"].labels, ["stars"])
    assert (array.tolist(), array.dtype) == ([1.5, 1.5, -20.0], np.float64)
    assert found.form.count(*found.rows.values()) == {"stars": 3}


def test_ranks_have_the_order_of_the_user_or_of_their_numbers():
    found = read("good", "bad", "fair", "good", task="ordinal", order=("bad", "fair", "good"))
    assert found.form.has_order
    names = found.form.ordered({"good", "bad", "fair"})
    assert names == ("bad", "fair", "good")
    array = found.form.array(["good", "bad"], names)
    assert (array.tolist(), array.dtype) == ([2, 0], np.int32)
    assert read("10", "9", "-1", task="ordinal").form.ordered(["10", "9", "-1"]) == ("-1", "9", "10")


@pytest.mark.parametrize(
    ("labels", "options", "said"),
    [
        (("low", "high"), {"task": "ordinal"}, r"order of the classes must be given.*--order high,low,\.\.\."),
        (("low", "high"), {"task": "ordinal", "order": ("low", "high", "low")}, r"each class once.*'low' twice"),
        (("low", "high"), {"order": ("low", "high")}, r"--order\) belongs to --task ordinal, but the task is 'auto'"),
        (tuple(map(str, range(101))), {"task": "ordinal"}, r"at most 100, but there are 101.*--task regression"),
        (("1", "2"), {"task": "regression", "label_separator": "|"}, r"one label, but --label-separator"),
        (("1", "2"), {"task": "ordinal", "indicators": ("a", "b")}, r"one label, but several --label columns"),
    ],
)
def test_what_does_not_fit_the_task_is_refused(labels, options, said):
    with pytest.raises(DataError, match=said):
        read(*labels, **options)
