from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from automl.api.tables import rows_of, source_of
from automl.core import DataProblem, UsageError, WorkspaceError
from trials.data.readers import read_file, read_folder

TEXTS, LABELS = ["a film", "ein Café", None], ["good", "bad", "bad"]
COLUMNS = {"text": TEXTS, "label": LABELS}


def pandas_table():
    frame = pd.DataFrame({**COLUMNS, "weird": [[1], {"a": 2}, None]}, index=[7, 8, 9])
    return frame.astype({"label": "category"})


def polars_table():
    polars = pytest.importorskip("polars")
    return polars.DataFrame(COLUMNS).with_columns(polars.col("label").cast(polars.Categorical))


def dataset():
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["bad", "good"])}
    )
    ids = [1, 0, 0]
    return datasets.Dataset.from_dict({"text": TEXTS, "label": ids}, features=features)


FORMS = {
    "pandas": pandas_table,
    "polars": polars_table,
    "arrow": lambda: pa.table(COLUMNS),
    "dataset": dataset,
    "columns": lambda: COLUMNS,
    "numpy": lambda: {name: pd.Series(values, dtype=object).to_numpy() for name, values in COLUMNS.items()},
    "rows": lambda: [dict(zip(COLUMNS, row, strict=True)) for row in zip(TEXTS, LABELS, strict=True)],
    "pairs": lambda: list(zip(TEXTS, LABELS, strict=True)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_table_is_read_back_as_it_was(form, tmp_path):
    path = Path(source_of(FORMS[form](), tmp_path, "table"))
    assert path.stem == "table"
    table = read_file(path)
    assert (list(table.columns["text"]), list(table.columns["label"])) == (TEXTS, LABELS)


def test_numbers_are_read_as_those_of_a_file(tmp_path):
    frame = pd.DataFrame({"text": ["a", "b", "c"], "stars": [1.0, None, 5.0], "yes": [True, False, True]})
    table = read_file(Path(source_of(frame, tmp_path, "table")))
    assert list(table.columns["stars"]) == ["1", None, "5"]
    assert list(table.columns["yes"]) == ["true", "false", "true"]


def test_tables_by_split_are_a_folder_of_splits(tmp_path):
    given = {"train": pd.DataFrame(COLUMNS), "test": pd.DataFrame({"text": ["x"], "label": ["bad"]})}
    tables = read_folder(Path(source_of(given, tmp_path, "reviews")))
    assert {split: len(table) for split, table in tables.items()} == {"train": 3, "test": 1}
    datasets = pytest.importorskip("datasets")
    found = read_folder(Path(source_of(datasets.DatasetDict(train=dataset(), test=dataset()), tmp_path, "reviews")))
    assert list(found["test"].columns["label"]) == LABELS


def test_the_rows_of_a_filtered_dataset_are_those_that_are_left(tmp_path):
    table = read_file(Path(source_of(dataset().select([2, 0]), tmp_path, "table")))
    assert list(table.columns["label"]) == ["bad", "good"]


def test_the_same_data_is_written_once_and_other_data_beside_it(tmp_path):
    first, again = (source_of(pandas_table(), tmp_path, "table") for _ in range(2))
    other = source_of(pandas_table().head(2), tmp_path, "table")
    assert first == again != other
    assert len(list((tmp_path / "tables").iterdir())) == 2


def test_a_path_or_a_corpus_stays_what_it_is(tmp_path):
    assert source_of("bbc-news", tmp_path, "table") == "bbc-news"
    assert source_of(Path("a.csv"), tmp_path, "table") == "a.csv"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [3, [], {}, ["a", "b"], [("a", "b", "c")]])
def test_what_holds_no_labelled_texts_is_refused_with_what_would(data, tmp_path):
    with pytest.raises((UsageError, DataProblem), match="data must"):
        source_of(data, tmp_path, "table")


def test_columns_of_unequal_length_are_named(tmp_path):
    with pytest.raises(DataProblem, match="'text': 2, 'label': 1"):
        source_of({"text": ["a", "b"], "label": ["x"]}, tmp_path, "table")


def test_a_workspace_that_cannot_be_written_is_an_error_for_the_user(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="must be written"):
        source_of(COLUMNS, tmp_path / "file", "table")


def test_texts_to_label_may_be_a_plain_list():
    assert rows_of(["a", None]) == (("text",), [{"text": "a"}, {"text": None}])
    assert rows_of(pd.DataFrame({"id": [1], "body": ["a"]})) == (("id", "body"), [{"id": "1", "body": "a"}])


def test_half_a_surrogate_pair_is_an_error_that_names_its_place(tmp_path):
    with pytest.raises(DataProblem, match=r"row 1 of the column 'text' has half a surrogate pair, '\\ud800'"):
        source_of({"text": ["a", "b \ud800"], "label": ["x", "y"]}, tmp_path, "table")
    assert "b" in "b \ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace")
