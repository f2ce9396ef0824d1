import json

import pytest

from trials.data.readers.formats.json_lines import read_json_lines
from trials.errors import DataError


def test_fields_become_columns_and_missing_ones_missing_cells(tmp_path):
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"text": "one\\u2028two", "label": 1}\n\n{"text": "no label", "spam": true}\n{"label": 2.0}\n')

    assert read_json_lines(path).columns == {
        "text": ["one\u2028two", "no label", None],
        "label": ["1", None, "2"],
        "spam": [None, "true", None],
    }


def test_an_array_of_objects_is_read_too(tmp_path):
    path = tmp_path / "reviews.json"
    path.write_text(json.dumps([{"text": "a", "label": "x"}, {"text": "b", "label": "y"}], indent=2))

    assert read_json_lines(path).columns == {"text": ["a", "b"], "label": ["x", "y"]}


@pytest.mark.parametrize("line", ['{"text": "cut', '["no", "object"]', "just words"])
def test_a_bad_line_is_named_by_file_and_line(tmp_path, line):
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"text": "fine", "label": 1}\n\n' + line + "\n")

    with pytest.raises(DataError, match=r"reviews\.jsonl, line 3"):
        read_json_lines(path)
