import csv
from dataclasses import replace
from pathlib import Path

import pytest

from automl.core import DataProblem
from automl.export.export_model import hand_over
from automl.export.inputs import Rows
from automl.export.prediction import predict
from automl.export.row_form import choose_form, choose_text_columns, model_form
from tests.automl.report.records import make_read, make_winner
from trials.data import RowForm, write_row_form
from trials.data.columns.also_columns import CategoryColumn, NumberColumn

FORM = RowForm(("plot",), (CategoryColumn("kind", (("film", 2),)), NumberColumn("year", 1990, 2000, 1995, 5)))


@pytest.fixture
def best(tiny_model: Path, tmp_path: Path) -> Path:
    """A model that was trained on a plot, a kind and a year."""
    winner = replace(make_winner(tmp_path / "best"), read=replace(make_read("plot"), form=FORM))
    hand_over(winner, tiny_model)
    return winner.folder


def write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_new_rows_are_read_as_those_of_training(best: Path, tiny_model: Path, tmp_path: Path) -> None:
    rows = write(tmp_path / "in.csv", {"year": "1994.0", "plot": "a bad film", "kind": "film"})
    predict(best, rows, tmp_path / "out.csv")
    write(tmp_path / "text.csv", {"text": "kind: film | year: 1994\na bad film"})
    predict(tiny_model, tmp_path / "text.csv", tmp_path / "same.csv")
    (found,), (same,) = (list(csv.DictReader((tmp_path / name).open())) for name in ("out.csv", "same.csv"))
    assert found["probability"] == same["probability"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"plot": "a", "kind": "film"},
            r"the columns 'plot' and 'kind' and 'year', but the input has no 'year'",
        ),
        ({"plot": "a", "kind": "film", "year": "old"}, r"'year' holds numbers .* not 'old'"),
        ({"plots": "a", "kinds": "film", "kind": "film", "year": "1"}, r"which column holds the text is not clear"),
    ],
)
def test_rows_without_a_column_or_with_words_for_a_number_are_refused(best, tmp_path, row, message) -> None:
    with pytest.raises(DataProblem, match=message):
        predict(best, write(tmp_path / "in.csv", row), tmp_path / "out.csv")


@pytest.mark.parametrize("named", [("b", "a"), ("a", "b"), ("first", "second")])
def test_other_columns_stand_in_the_text_under_the_names_of_those_of_training(best, named) -> None:
    write_row_form(best, RowForm(("a", "b")))
    row = {"first": "one", "second": "two", "a": "one", "b": "two"}
    form = choose_form(Rows(tuple(row), lambda: iter([row])), named, best)
    assert form.text_of(row) == "a: one\nb: two"


def test_fewer_text_columns_than_the_model_reads_are_refused(best, tmp_path) -> None:
    write_row_form(best, RowForm(("a", "b")))
    rows = write(tmp_path / "in.csv", {"a": "one", "b": "two"})
    with pytest.raises(DataProblem, match=r"2 text columns \(a and b\), so --text must name as many.*not 1 \(b\)"):
        predict(best, rows, tmp_path / "out.csv", "b")


def test_a_path_beside_the_text_that_leads_nowhere_is_refused(best, tmp_path) -> None:
    write_row_form(best, RowForm(("plot",), (CategoryColumn("meta.kind"),)))
    rows = write(tmp_path / "in.csv", {"plot": "a", "meta": '{"sort": "film"}'})
    with pytest.raises(DataProblem, match=r"beside the text must lie at 'meta\.kind', but .* have nothing"):
        predict(best, rows, tmp_path / "out.csv")


def test_a_model_of_texts_alone_asks_for_no_columns(tiny_model: Path) -> None:
    assert model_form(tiny_model) is None


def test_choice_of_the_text_columns() -> None:
    assert choose_text_columns(["id", "Text", "title"], None, ()) == ("Text",)
    assert choose_text_columns(["id", "review"], None, ["gone"]) == ("review",)
    assert choose_text_columns(["anything"], None, ()) == ("anything",)
    assert choose_text_columns(["text", "title"], "title", ["text"]) == ("title",)
    assert choose_text_columns(["messages", "text"], ["messages.0.content", "text"], ()) == (
        "messages.0.content",
        "text",
    )
    with pytest.raises(DataProblem, match=r"name it with --text.*id, title, body"):
        choose_text_columns(["id", "title", "body"], None, ())
    with pytest.raises(DataProblem, match=r"no column 'titel'.*'title'"):
        choose_text_columns(["id", "title"], "titel", ())
    with pytest.raises(DataProblem, match=r"trained on the columns title and body, but the input has no 'body'"):
        choose_text_columns(["title"], None, ["title", "body"])
