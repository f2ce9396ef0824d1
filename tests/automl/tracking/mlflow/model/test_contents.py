"""What an MLflow model has beside the classifier, and that MLflow reads it."""

from pathlib import Path

import mlflow.pyfunc
import mlflow.transformers
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowException

from automl.decisions import Decision, write_decision
from automl.export.load_model import load_classifier
from automl.tracking.mlflow.model.contents import EXAMPLE, write_model
from tests.number_model import save_number_model
from tests.tiny_model import LABEL_NAMES
from tests.trials.toy import LABELS
from trials.data import RowForm, write_row_form
from trials.data.columns.also_columns import CategoryColumn, NumberColumn

TEXTS = ["a good goal", "the market share is bad " * 20, ""]


def packages(model: Path) -> set[str]:
    return {line.partition("==")[0] for line in (model / "requirements.txt").read_text().splitlines()}


def test_a_transformer_has_the_flavour_of_transformers_and_nothing_of_ours(transformer: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    write_model(transformer, model, LABEL_NAMES)
    answer = mlflow.pyfunc.load_model(str(model)).predict(pd.DataFrame({"text": TEXTS}))
    logits = load_classifier(transformer).logits(TEXTS)
    assert answer["label"].tolist() == [LABEL_NAMES[index] for index in logits.argmax(axis=1)]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert answer["score"].tolist() == pytest.approx(shares.max(axis=1).tolist(), abs=1e-5)
    assert mlflow.transformers.load_model(str(model))("a good goal")[0]["label"] == answer["label"][0]
    assert packages(model) == {"mlflow", "numpy", "safetensors", "tokenizers", "torch", "transformers"}
    assert not (model / "code").exists()


def test_a_transformer_with_a_decision_obeys_it(transformer: Path, tmp_path: Path) -> None:
    write_decision(Decision(LABEL_NAMES, offsets=(0.0, 0.0, 99.0)), transformer)
    write_model(transformer, tmp_path / "model", LABEL_NAMES)
    answer = mlflow.pyfunc.load_model(str(tmp_path / "model")).predict(pd.DataFrame({"text": TEXTS}))
    assert answer["label"].tolist() == [LABEL_NAMES[2]] * len(TEXTS)


def test_another_kind_is_a_python_function_that_carries_what_reads_it(linear: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    write_model(linear, model, LABELS)
    loaded = mlflow.pyfunc.load_model(str(model))
    answer = loaded.predict(pd.DataFrame({"text": TEXTS}))
    expected = [LABELS[index] for index in load_classifier(linear).logits(TEXTS).argmax(axis=1)]
    assert answer["label"].tolist() == expected
    assert list(answer.columns) == ["label", "probability", *(f"probability_{label}" for label in LABELS)]
    assert packages(model) == {"mlflow", "numpy", "safetensors", "scikit-learn"}
    assert {folder.name for folder in (model / "code").iterdir()} == {"search_spaces", "trials"}
    assert not list(model.rglob("*.pkl"))


def test_signature_and_example_say_what_goes_in_and_what_comes_out(linear: Path, tmp_path: Path) -> None:
    write_model(linear, tmp_path / "model", LABELS)
    model = mlflow.models.Model.load(str(tmp_path / "model"))
    assert model.signature.inputs.input_names() == ["text"]
    assert model.signature.outputs.input_names()[:2] == ["label", "probability"]
    assert model.load_input_example(str(tmp_path / "model"))["text"].tolist() == [EXAMPLE]


def test_a_model_of_rows_has_their_columns_in_its_signature(transformer: Path, tmp_path: Path) -> None:
    form = RowForm(("title",), (CategoryColumn("kind", (("film", 2),)), NumberColumn("year", 1990, 2000, 1995, 5)))
    write_row_form(transformer, form)
    write_model(transformer, tmp_path / "model", LABEL_NAMES)
    model = mlflow.pyfunc.load_model(str(tmp_path / "model"))
    assert model.metadata.get_input_schema().input_dict().keys() == {"title", "kind", "year"}
    row = pd.DataFrame({"title": ["a good goal"], "kind": ["film"], "year": [1994.0]})
    logits = load_classifier(transformer).logits([form.text_of(row.to_dict("records")[0])])
    assert model.predict(row)["label"].tolist() == [LABEL_NAMES[logits.argmax()]]
    with pytest.raises(MlflowException, match="year"):
        model.predict(row[["title", "kind"]])


def test_a_model_of_numbers_has_one_column_of_them(tmp_path: Path) -> None:
    folder = save_number_model(tmp_path / "best")
    write_model(folder, tmp_path / "model", ("stars",))
    loaded = mlflow.pyfunc.load_model(str(tmp_path / "model"))
    assert [(column.name, column.type.name) for column in loaded.metadata.get_output_schema()] == [("stars", "double")]
    answer = loaded.predict(pd.DataFrame({"text": TEXTS}))
    assert answer["stars"].tolist() == load_classifier(folder).logits(TEXTS)[:, 0].tolist()
