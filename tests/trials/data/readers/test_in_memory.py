import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from trials.data.readers.in_memory import table_in_memory
from trials.errors import DataError

COLUMNS = {"text": ["fine", None, "awful"], "label": [1.0, 0.0, float("nan")], "spam": [True, False, True]}
CELLS = {"text": ["fine", None, "awful"], "label": ["1", "0", None], "spam": ["true", "false", "true"]}


@pytest.mark.parametrize(
    "make",
    [
        dict,
        pa.table,
        pd.DataFrame,
        lambda columns: pd.DataFrame(columns).convert_dtypes(),
        lambda columns: pd.DataFrame(columns).astype({"text": "category"}),
        lambda columns: [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
    ],
    ids=["columns", "arrow", "pandas", "pandas-nullable", "pandas-category", "rows"],
)
def test_every_kind_of_table_gives_the_same_cells(make):
    table = table_in_memory(make(COLUMNS), "reviews")

    assert table.columns == CELLS
    assert (table.origin, table.found[0].rows) == ("reviews", 3)


def test_polars_gives_them_too():
    polars = pytest.importorskip("polars")

    assert table_in_memory(polars.DataFrame(COLUMNS)).columns == CELLS
    assert table_in_memory(polars.Series("review", ["fine", None])).columns == {"text": ["fine", None]}


@pytest.mark.parametrize(
    "make", [pd.Series, lambda texts: pd.Series(texts, name="review"), lambda t: pa.chunked_array([t])]
)
def test_a_series_is_a_column_of_texts(make):
    assert table_in_memory(make(["fine", None])).columns == {"text": ["fine", None]}


def test_a_dataset_of_hugging_face_keeps_its_choice_of_rows_and_names_its_classes():
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["bad", "good"])}
    )
    whole = datasets.Dataset.from_dict({"text": ["a", "b", "c"], "label": [1, 0, -1]}, features=features)

    assert table_in_memory(whole.select([2, 0])).columns == {"text": ["c", "a"], "label": [None, "good"]}
    with pytest.raises(DataError, match="choose a split"):
        table_in_memory(datasets.DatasetDict({"train": whole}))
    with pytest.raises(DataError, match="streaming=False"):
        table_in_memory(whole.to_iterable_dataset())


def test_lists_and_objects_are_kept_as_json_and_vectors_are_named_as_left_out():
    table = table_in_memory(
        pa.table({"tags": [["a", "é"], None], "turn": [{"by": "me"}, {"by": "you"}], "vector": [[0.5], [1.0]]})
    )

    assert {name: [value and json.loads(value) for value in cells] for name, cells in table.columns.items()} == {
        "tags": [["a", "é"], None],
        "turn": [{"by": "me"}, {"by": "you"}],
    }
    assert table.left_out() == {"vector": "list<item: double>"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("text", r"not builtins\.str"),
        ([("fine", "good")], "list of dictionaries"),
        ([], "list of dictionaries"),
        ({"text": ["a"], "label": []}, "equal length"),
    ],
)
def test_what_is_no_table_is_refused(data, said):
    with pytest.raises(DataError, match=said):
        table_in_memory(data)


def test_a_table_that_repeats_a_column_is_refused():
    for make in (lambda a, b, names: pd.DataFrame([[a, b]], columns=names), _arrow_of):
        with pytest.raises(DataError, match="repeats text"):
            table_in_memory(make("a", "b", ["text", "text"]))


def _arrow_of(first, second, names):
    return pa.table([[first], [second]], names=names)


def test_lists_arrays_and_sets_in_cells_are_lists():
    frame = pd.DataFrame({"labels": [["b", "a"], np.array(["a"]), {"b", "a"}, ()]})
    assert table_in_memory(frame).columns["labels"] == ['["b", "a"]', '["a"]', '["a", "b"]', "[]"]
