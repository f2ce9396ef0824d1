import shutil
from pathlib import Path

import pandas as pd
import pytest

from automl.decisions import write_decision
from automl.export.labelling import Labelling
from tests.number_model import save_number_model
from tests.tiny_model import LABEL_NAMES
from trials.classifiers.loaders import load
from trials.classifiers.pyfunc import _load_pyfunc
from trials.data import RowForm, write_row_form
from trials.data.columns.also_columns import CategoryColumn, NumberColumn
from trials.decision import Decision
from trials.errors import ClassifierError
from trials.files import write_thresholds


def test_a_table_and_a_list_of_texts_get_the_same_answer(tiny_model: Path) -> None:
    model, texts = _load_pyfunc(str(tiny_model)), ["a good goal", "", "the market"]
    answer = model.predict(pd.DataFrame({"text": texts}))
    pd.testing.assert_frame_equal(answer, model.predict(texts))
    assert list(answer.columns) == ["label", "probability", *(f"probability_{name}" for name in LABEL_NAMES)]
    assert answer.filter(like="probability_").sum(axis=1).tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert (answer.filter(like="probability_").max(axis=1) == answer["probability"]).all()


def test_a_missing_text_counts_as_an_empty_one(tiny_model: Path) -> None:
    model = _load_pyfunc(str(tiny_model))
    pd.testing.assert_frame_equal(model.predict([None]), model.predict([""]))
    frame = pd.DataFrame({"text": ["a good goal", float("nan"), pd.NA]})
    pd.testing.assert_frame_equal(model.predict(frame), model.predict(["a good goal", "", ""]))


@pytest.mark.parametrize(
    "rule", [{"offsets": (-9.0, 0.0, 9.0)}, {"costs": ((0.0, 1.0, 1.0), (999.0, 0.0, 1.0), (999.0, 1.0, 0.0))}]
)
def test_a_decision_chooses_the_labels_that_automl_predict_gives(tiny_model: Path, tmp_path: Path, rule) -> None:
    folder, texts = shutil.copytree(tiny_model, tmp_path / "best"), ["a good goal", "", "the market", "the film is bad"]
    decision = Decision(LABEL_NAMES, temperature=3.0, **rule)
    write_decision(decision, folder)

    answer = _load_pyfunc(str(folder)).predict(texts)

    expected = list(Labelling(LABEL_NAMES, decision).values(load(folder).logits(texts)))
    assert answer["label"].tolist() == [row[0] for row in expected]
    assert answer["label"].tolist() != _load_pyfunc(str(tiny_model)).predict(texts)["label"].tolist()
    for place, column in enumerate(answer.columns[1:], start=1):
        assert answer[column].tolist() == pytest.approx([row[place] for row in expected], abs=1e-5)


def test_several_labels_are_joined_and_each_has_a_probability_of_its_own(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "best")
    write_thresholds(folder, (1e-9, 1e-9, 1 - 1e-9))
    answer = _load_pyfunc(str(folder)).predict(["a good goal"])
    assert list(answer.columns) == ["labels", *(f"probability_{name}" for name in LABEL_NAMES)]
    assert answer["labels"].tolist() == ["|".join(LABEL_NAMES[:2])]


def test_a_model_of_rows_reads_all_columns_and_refuses_a_table_without_one(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "best")
    write_row_form(
        folder, RowForm(("title",), (CategoryColumn("kind", (("film", 2),)), NumberColumn("year", 1, 3, 2, 1)))
    )
    model = _load_pyfunc(str(folder))
    table = pd.DataFrame({"title": ["a good goal", None], "kind": ["film", None], "year": [1994.0, float("nan")]})
    plain = _load_pyfunc(str(tiny_model)).predict(["kind: film | year: 1994\na good goal", ""])
    pd.testing.assert_frame_equal(model.predict(table), plain)
    with pytest.raises(ClassifierError, match="must have the column 'year'"):
        model.predict(table[["title", "kind"]])
    with pytest.raises(ClassifierError, match="a table with the columns title, kind, year"):
        model.predict(["a good goal"])
    write_row_form(folder, RowForm(("title",), (CategoryColumn("meta.kind"),)))
    nested = pd.DataFrame({"title": ["a good goal"], "meta": ['{"sort": "film"}']})
    with pytest.raises(ClassifierError, match=r"a value at 'meta\.kind', which may be empty"):
        _load_pyfunc(str(folder)).predict(nested)


def test_a_model_of_numbers_gives_one_column_with_its_name(tmp_path: Path) -> None:
    folder = save_number_model(tmp_path / "best")
    answer = _load_pyfunc(str(folder)).predict(["a good film"])
    assert list(answer.columns) == ["stars"]
    assert answer["stars"].tolist() == load(folder).logits(["a good film"])[:, 0].tolist()
