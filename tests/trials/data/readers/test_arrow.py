"""Columns of Arrow tables, and the class names beside them."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from trials.data.readers.arrow import arrow_table, schema_features
from trials.errors import DataError

PLACE = Path("reviews.parquet")
FEATURES = {"label": {"_type": "ClassLabel", "names": ["negative", "positive"]}}


def labels(values: pa.Array) -> list[str | None]:
    return list(arrow_table(PLACE, pa.table({"label": values}), FEATURES).columns["label"])


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (pa.array([1, 0, -1, None]), ["positive", "negative", None, None]),
        (pa.array([1.0, float("nan")]), ["positive", None]),  # how pandas writes ids with gaps
        (pa.array([], pa.int64()), []),
        (pa.array(["positive", "other"]), ["positive", "other"]),  # names already: the features are older
        (pa.array(["positive"]).dictionary_encode(), ["positive"]),
    ],
    ids=["ids", "floats", "no rows", "names", "encoded names"],
)
def test_class_ids_become_class_names(values, names):
    assert labels(values) == names


@pytest.mark.parametrize("strange", [2, -2, 0.5])
def test_an_id_of_no_class_is_refused_and_never_another_class(strange):
    with pytest.raises(DataError, match=rf"'label' of reviews\.parquet.*'{strange}'"):
        labels(pa.array([0, strange]))


def test_columns_that_are_no_scalars_are_left_out():
    table = pa.table(
        {
            "text": pa.array(["a"], pa.large_string()),
            "view": pa.array(["a"], pa.string_view()),
            "flag": [True],
            "vector": [[1.0]],
            "bytes": [b"\xff"],
            "picture": [{"bytes": b"a"}],
        }
    )
    found = arrow_table(PLACE, table, {})
    assert found.columns == {"text": ["a"], "view": ["a"], "flag": ["true"]}
    assert found.left_out().keys() == {"vector", "bytes", "picture"}


def test_bytes_that_are_utf_8_are_text_as_spark_writes_it():
    table = pa.table({"text": ["très".encode(), None], "day": [date(2024, 5, 1), None]})
    assert arrow_table(PLACE, table, {}).columns == {"text": ["très", None], "day": ["2024-05-01", None]}


def test_features_are_those_that_datasets_stored():
    stored = {"huggingface": json.dumps({"info": {"features": FEATURES}})}
    assert schema_features(pa.schema({"label": pa.int64()}, stored)) == FEATURES
    assert schema_features(pa.schema({"label": pa.int64()})) == {}


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"info": null}', '{"info": {"features": null}}'])
def test_other_metadata_under_its_name_is_no_end(content):
    assert schema_features(pa.schema({"label": pa.int64()}, {"huggingface": content})) == {}


@pytest.mark.parametrize("kind", ["List", "Sequence"])
def test_ids_of_classes_within_lists_become_their_names(kind):
    table = pa.table({"labels": pa.array([[0, 1], [], None, [1]], pa.list_(pa.int64()))})
    inner = {"_type": "ClassLabel", "names": ["joy", "anger"]}
    found = arrow_table("data", table, {"labels": {"_type": kind, "feature": inner}})
    assert found.columns["labels"] == ['["joy", "anger"]', "[]", None, '["anger"]']
    with pytest.raises(DataError, match="must hold the ids of its 1 classes"):
        arrow_table("data", table, {"labels": [{"_type": "ClassLabel", "names": ["joy"]}]})
