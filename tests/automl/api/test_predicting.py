import shutil
import warnings

import pandas as pd
import pytest

from automl import DataProblem, UsageError, load_classifier, predict
from automl.decisions import Decision, write_decision
from tests.tiny_model import LABEL_NAMES

TEXTS = ["a good film", "the market price", "goal"]


def test_each_row_gets_label_and_probabilities_in_order(tiny_model):
    found = predict(tiny_model, pd.DataFrame({"id": [3, 1, 2], "text": TEXTS}))
    assert list(found) == ["id", "text", "label", "probability", *(f"probability_{name}" for name in LABEL_NAMES)]
    assert list(found["text"]) == TEXTS
    model = load_classifier(tiny_model)
    assert list(found["label"]) == model.predict(TEXTS)
    assert found["probability"].to_numpy() == pytest.approx(model.predict_proba(TEXTS).max(axis=1), abs=1e-5)


def test_a_list_and_a_file_give_the_same(tiny_model, tmp_path):
    pd.DataFrame({"text": TEXTS}).to_csv(tmp_path / "new.csv", index=False)
    pd.testing.assert_frame_equal(predict(tiny_model, TEXTS), predict(tiny_model, tmp_path / "new.csv"))


def test_what_cannot_be_labelled_is_an_error_for_the_user(tiny_model, tmp_path):
    with pytest.raises(UsageError, match="must be a file or a folder that exists"):
        predict(tiny_model, tmp_path / "none.csv")
    with pytest.raises(DataProblem, match="no column 'body'"):
        predict(tiny_model, pd.DataFrame({"text": TEXTS}), text="body")
    with pytest.raises(UsageError, match="the input is a table in memory"):
        predict(tiny_model, TEXTS, sql="SELECT text FROM new")


def test_a_file_is_read_as_it_is_said_to_be_and_what_was_guessed_is_a_warning(tiny_model, tmp_path):
    file = tmp_path / "new.csv"
    file.write_bytes("kind;text\nfilm;ein Café ist schön\nmarket;über den Preis\n".encode("cp1252"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = predict(tiny_model, file, encoding="cp1252", delimiter=";")
    assert list(found["text"]) == ["ein Café ist schön", "über den Preis"]
    with pytest.warns(UserWarning, match="no header"):
        assert len(predict(tiny_model, file, text="2", encoding="cp1252", header=False)) == 3

    file.write_bytes("text\nein Café ist schön\nüber den Preis\n".encode("cp1252"))
    with pytest.warns(UserWarning, match="cp1252") as caught:
        predict(tiny_model, file)
    assert caught[0].filename == __file__


def test_labels_are_rejected_put_into_sets_or_taken_as_they_are_as_on_the_command_line(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    write_decision(Decision(LABEL_NAMES, "a test", offsets=(0.0, 0.0, 99.0), scores=(0.1, 0.5, 0.9) * 9), folder)
    assert set(predict(folder, TEXTS)["label"]) == {LABEL_NAMES[2]}
    assert list(predict(folder, TEXTS, plain=True)["label"]) == list(predict(tiny_model, TEXTS)["label"])
    assert predict(folder, TEXTS, reject=0.999)["label"].isna().all()
    assert "labels" in predict(folder, TEXTS, sets=0.8)
    with pytest.raises(UsageError, match="--sets must be a number between 0 and 1"):
        predict(folder, TEXTS, sets=3)
