import pandas as pd
import pytest

from automl import DataProblem, UsageError, load_classifier, predict
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
    with pytest.raises(UsageError, match="must be a file that exists"):
        predict(tiny_model, tmp_path / "none.csv")
    with pytest.raises(DataProblem, match="no column 'body'"):
        predict(tiny_model, pd.DataFrame({"text": TEXTS}), text="body")
