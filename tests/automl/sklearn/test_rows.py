import numpy as np
import pandas as pd
import pytest

from automl.sklearn.rows import rows_of, texts_of

TEXTS = [f"film number {number}" for number in range(40)]


def test_tables_of_one_column_or_with_a_named_one_are_texts():
    frame = pd.DataFrame({"id": range(40), "review": TEXTS})
    assert texts_of(frame[["review"]]) == texts_of(frame, "review") == texts_of(np.array(TEXTS)[:, None]) == TEXTS
    assert texts_of(pd.Series(["a", None, np.nan])) == ["a", "", ""]
    assert texts_of(pd.Series(["a", pd.NA], dtype="string")) == ["a", ""]
    for strange, message in (
        (frame, "table of one column"),
        ([1], "row 0 is int"),
        ("a text", "not str"),
        ([], "0 sample"),
    ):
        with pytest.raises(ValueError, match=message):
            texts_of(strange)
    with pytest.raises(ValueError, match="must have the column 'text'"):
        texts_of(frame, "text")


def test_columns_beside_the_text_are_asked_for_by_their_names_and_the_label_has_one_of_its_own():
    frame = pd.DataFrame({"review": ["a", None], "label": ["x", "y"], "price": [1.5, np.nan]})
    rows = rows_of(frame, None, ["label", "price"])
    table, arguments = rows.searched([0, 1])
    assert table["review"] == ["a", ""] and table["label_"] == [0, 1] and table["price"][0] == 1.5
    assert arguments == {"text": "review", "also": ["label", "price"], "label": "label_"}
    assert rows.asked()[0] == {"review": "a", "label": "x", "price": 1.5}


@pytest.mark.parametrize(
    ("given", "text", "also", "says"),
    [
        (["a"], None, "price", "X must be a table, as `also` names the columns 'price'"),
        ({"review": ["a"]}, None, ["price"], "must have the column 'price', which `also` names"),
        ({"a": ["a"], "b": ["b"], "c": [1]}, None, "c", "`text` must name the column of texts"),
        ({"a": [3], "c": [1]}, None, "c", "X must hold texts, but row 0 is int"),
    ],
)
def test_a_table_that_lacks_what_is_named_is_told(given, text, also, says):
    with pytest.raises(ValueError, match=says):
        rows_of(pd.DataFrame(given) if isinstance(given, dict) else given, text, also)
