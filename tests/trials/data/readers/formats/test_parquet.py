import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trials.data.readers.formats.parquet import read_parquet
from trials.errors import DataError


def test_typed_cells_become_text_and_columns_that_are_no_scalars_are_left_out(tmp_path):
    path = tmp_path / "reviews.parquet"
    table = pa.table(
        {
            "text": ["a", None, "c"],
            "label": [1.0, float("nan"), 2.0],  # how pandas writes whole numbers with gaps
            "kind": pa.array(["x", "y", "x"]).dictionary_encode(),
            "vector": [[1.0], [2.0], [3.0]],
        }
    )
    pq.write_table(table, path)

    assert read_parquet(path).columns == {"text": ["a", None, "c"], "label": ["1", None, "2"], "kind": ["x", "y", "x"]}


def test_class_names_that_datasets_stored_are_used(tmp_path):
    path = tmp_path / "train.parquet"
    features = {"label": {"_type": "ClassLabel", "names": ["negative", "positive"]}}
    schema = pa.schema({"text": pa.string(), "label": pa.int64()})
    schema = schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(pa.table({"text": ["a", "b", "c"], "label": [1, 0, -1]}, schema=schema), path)

    assert read_parquet(path).columns["label"] == ["positive", "negative", None]


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "reviews.parquet"
    path.write_text("text,label\n")

    with pytest.raises(DataError, match=r"reviews\.parquet must be a Parquet file"):
        read_parquet(path)
