"""The fields about data: what each takes and refuses."""

import pytest

from automl.config.schema import Experiment
from tests.automl.config.problems import problems


def test_text_columns_are_one_or_several_also_as_earlier_versions_stored_them():
    given = {None: (), "body": ("body",), ("title", "body"): ("title", "body")}
    for text, columns in given.items():
        assert Experiment.model_validate({"data": {"source": "a.csv", "text": text}}).data.text == columns
    assert problems(data={"source": "a.csv", "text": [""]}) == ["data.text must be a column, or a list of them, not ''"]


def test_rows_are_split_by_group_or_by_time():
    options = Experiment.model_validate({"data": {"source": "a.csv", "group": "author"}}).data_options()
    assert (options.group, options.time) == ("author", None)
    both = {"source": "a.csv", "group": "author", "time": "date"}
    assert problems(data=both) == ["data.group and data.time exclude each other: rows are split by one of them"]


def test_rows_must_be_left_to_train_on():
    shares = {"source": "bbc-news", "validation_share": 0.5, "test_share": 0.5}
    assert problems(data=shares) == ["data.validation_share and data.test_share must sum to less than 1, not 1"]


def test_a_database_needs_a_query_and_a_query_a_database():
    address = "postgresql://me@host/reviews"
    assert Experiment.model_validate({"data": {"source": address, "sql": "SELECT 1"}}).data.sql == "SELECT 1"
    assert "a query names its rows" in problems(data={"source": address})[0]
    assert "needs the URL of a database" in problems(data={"source": "a.csv", "sql": "SELECT 1"})[0]


def test_how_files_are_read_is_said_only_of_files():
    from_hub = {"source": "hf://org/name", "encoding": "cp1252", "header": False}
    refusal = "data.encoding (--encoding) and data.header (--header) must be left out, as only files are read by it"
    assert problems(data=from_hub) == [f"{refusal}, and the source is a data set of the hub"]
    assert Experiment.model_validate({"data": {**from_hub, "test": "test.csv"}}).data.encoding == "cp1252"


@pytest.mark.parametrize("rows", [5, "all", "auto"])
def test_the_rows_of_a_search_are_a_number_all_or_found(rows):
    assert Experiment.model_validate({"data": {"source": "a.csv", "search_rows": rows}}).data.search_rows == rows


@pytest.mark.parametrize("rows", [0, -1, "many", True])
def test_other_rows_of_a_search_are_refused(rows):
    assert problems(data={"source": "a.csv", "search_rows": rows}) == [
        f"data.search_rows must be a whole number of at least 1, or 'all', or 'auto', not {rows!r}"
    ]
