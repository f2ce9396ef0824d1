from pathlib import Path

import pandas as pd
import pytest

from trials.data.readers.formats import read_json_lines
from trials.data.readers.formats.json_document import rows_of_document
from trials.errors import DataError

PATH = Path("d.json")
FRAME = pd.DataFrame({"text": ["fine", "awful"], "label": ["good", "bad"]})
COLUMNS = {"text": ["fine", "awful"], "label": ["good", "bad"]}


@pytest.mark.parametrize("orient", ["columns", "index", "records", "split", "table"])
@pytest.mark.parametrize("indent", [0, 2])
def test_every_table_that_pandas_writes_is_read(tmp_path, orient, indent):
    path = tmp_path / "d.json"
    FRAME.to_json(path, orient=orient, indent=indent)
    columns = read_json_lines(path).columns
    assert {name: columns[name] for name in COLUMNS} == COLUMNS


@pytest.mark.parametrize(
    "document",
    [
        {"text": ["fine", "awful"], "label": ["good", "bad"]},
        {"version": "1.1", "data": [{"text": "fine", "label": "good"}, {"text": "awful", "label": "bad"}]},
    ],
)
def test_columns_and_rows_in_a_field_are_read(document):
    rows = rows_of_document(document, PATH) or []
    assert {name: [row[name] for row in rows] for name in COLUMNS} == COLUMNS


def test_one_object_that_is_no_table_may_be_a_row():
    assert rows_of_document({"text": "fine", "tags": ["a"]}, PATH) is None


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([{"text": "a"}, "b"], "entry 2"),
        ({"text": ["a"], "label": []}, "equal length"),
        ({"a": {"x": 1}, "b": {"x": 2}}, "rows or columns is not clear"),
        (3, "must hold JSON objects"),
    ],
)
def test_what_is_not_clear_is_refused(document, said):
    with pytest.raises(DataError, match=said):
        rows_of_document(document, PATH)
