"""The order of classes that the user gives."""

import pytest

from tests.trials.data.rows import examples, write_csv
from trials.data import DataOptions, load_dataset
from trials.errors import DataError


def load(tmp_path, classes, *order, **options):
    data = write_csv(tmp_path / "moods.csv", examples(90, classes))
    return load_dataset(DataOptions(str(data), task="ordinal", order=order, **options))


def test_a_class_that_the_order_lacks_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"must name every class.*lacks 'high'\. It names: 'low', 'hi'\.$"):
        load(tmp_path, ("low", "high"), "low", "hi")


def test_names_of_the_order_without_rows_are_told(tmp_path):
    loaded = load(tmp_path, ("5", "7"), "5", "6", "7")
    (told,) = [finding.message for finding in loaded.findings if finding.code == "unused-ranks"]
    assert told.startswith("The order (--order) names classes without rows: '6'. They are left out")
    assert loaded.dataset.label_names == ("5", "7")


def test_merged_classes_take_the_name_in_the_order_whichever_is_frequent(tmp_path):
    loaded = load(tmp_path, ("Low", "Low", "low", "high"), "low", "high", merge_labels=True)
    assert loaded.dataset.label_names == ("low", "high")
    assert "unused-ranks" not in {finding.code for finding in loaded.findings}


def test_merging_is_named_where_it_would_help(tmp_path):
    with pytest.raises(DataError, match=r"lacks 'Low'.* add --merge-labels"):
        load(tmp_path, ("Low", "low", "high"), "low", "high")
