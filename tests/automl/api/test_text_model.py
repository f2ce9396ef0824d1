import shutil

import numpy as np
import pytest

from automl import DataProblem, UsageError, load_classifier
from automl.decisions import Decision, write_decision
from tests.number_model import NUMBER_TEXTS, NUMBERS, save_number_model
from tests.tiny_model import LABEL_NAMES
from trials.data import RowForm, write_row_form
from trials.data.columns.also_columns import CategoryColumn, NumberColumn
from trials.files import write_thresholds

TEXTS = ["a good film", "the market price", ""]


@pytest.fixture(scope="module")
def model(tiny_model):
    return load_classifier(tiny_model)


def test_labels_and_probabilities_agree_with_the_logits(model):
    logits, found = model.logits(TEXTS), model.predict_proba(TEXTS)
    assert found == pytest.approx(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
    assert model.predict(TEXTS) == [LABEL_NAMES[row.argmax()] for row in found]
    assert model.label_names == LABEL_NAMES


def test_a_column_of_a_table_is_a_list_of_texts_and_nothing_is_one_too(model):
    import pandas as pd

    assert model.predict(pd.Series(TEXTS)) == model.predict(tuple(TEXTS)) == model.predict(np.array(TEXTS))
    assert model.predict_proba([]).shape == (0, 3)


def test_a_table_is_refused_instead_of_labelling_the_names_of_its_columns(model):
    import pandas as pd

    for table in (pd.DataFrame({"text": TEXTS}), {"text": TEXTS}):
        with pytest.raises(UsageError, match=r"one column of a table, not a whole (DataFrame|dict)"):
            model.predict(table)


@pytest.mark.parametrize(
    ("texts", "message"),
    [("one text", r"put one text into a list"), (["a", None], "not NoneType"), ([1], "not int"), (3, "not int")],
)
def test_what_is_no_list_of_texts_is_refused(model, texts, message):
    with pytest.raises(UsageError, match=message):
        model.predict(texts)


def test_an_explanation_is_of_the_predicted_label_or_of_one_that_is_named(model):
    text = "the good film is bad"
    assert model.explain(text).label == model.predict([text])[0]
    named = model.explain(text, "sport")
    assert named.probability == pytest.approx(model.predict_proba([text])[0, 2])
    assert [word.text for word in named.words] == text.split()
    assert any(abs(word.weight) > 0.01 for word in named.words)
    with pytest.raises(UsageError, match=r"There is no label 'sports'\. Did you mean 'sport'"):
        model.explain(text, "sports")
    with pytest.raises(UsageError, match="one text, not list"):
        model.explain([text])


def test_a_folder_without_a_model_is_an_error_for_the_user(tmp_path):
    with pytest.raises(UsageError, match="nothing"):
        load_classifier(tmp_path / "nothing")


def test_labels_follow_the_decision_beside_the_model(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    write_decision(Decision(LABEL_NAMES, "a test", temperature=2.0, offsets=(0.0, 0.0, 99.0)), folder)
    model = load_classifier(folder)

    assert model.predict(TEXTS) == [LABEL_NAMES[2]] * 3
    halved = np.exp(model.logits(TEXTS) / 2)
    assert model.predict_proba(TEXTS) == pytest.approx(halved / halved.sum(axis=1, keepdims=True))
    explained = model.explain(TEXTS[0])
    assert (explained.label, explained.probability) == (LABEL_NAMES[2], pytest.approx(model.predict_proba(TEXTS)[0, 2]))


def test_a_model_of_several_labels_a_text_gives_those_that_reach_their_thresholds(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "best")
    logits = load_classifier(folder).logits(TEXTS)
    shares = 1 / (1 + np.exp(-logits))
    cuts = tuple(((shares[0] + shares[1]) / 2).tolist())
    write_thresholds(folder, cuts)

    model = load_classifier(folder)

    assert model.predict_proba(TEXTS) == pytest.approx(shares)
    assert model.predict(TEXTS) == [
        [name for name, share, cut in zip(LABEL_NAMES, row, cuts, strict=True) if share >= cut] for row in shares
    ]
    assert model.predict([]) == []
    assert model.explain(TEXTS[0], LABEL_NAMES[1]).label == LABEL_NAMES[1]


def test_a_model_of_rows_takes_tables_and_rows_and_refuses_texts(tiny_model, tmp_path):
    import pandas as pd

    folder = shutil.copytree(tiny_model, tmp_path / "best")
    form = RowForm(("title",), (CategoryColumn("kind", (("film", 2),)), NumberColumn("year", 1990, 2000, 1995, 5)))
    write_row_form(folder, form)
    model, row = load_classifier(folder), {"title": "a good goal", "kind": "film", "year": 1994}
    text = "kind: film | year: 1994\na good goal"
    assert model.columns == ("title", "kind", "year")
    expected = load_classifier(tiny_model)
    assert model.predict_proba([row]) == pytest.approx(expected.predict_proba([text]))
    assert model.predict(pd.DataFrame([row, row])) == expected.predict([text, text])
    explained = model.explain(row)
    assert explained.text == text
    assert [word.text for word in explained.words] == ["film", "1994", "a", "good", "goal"]
    assert model.predict([]) == [] and model.predict_proba([]).shape == (0, 3)
    write_row_form(folder, RowForm(("title",), (CategoryColumn("meta.kind"),)))
    with pytest.raises(DataProblem, match=r"beside the text must lie at 'meta\.kind', but .* have nothing there"):
        load_classifier(folder).predict([{"title": "a good goal", "meta": {"sort": "film"}}])
    write_row_form(folder, RowForm(("premise", "hypothesis")))
    with pytest.raises(DataProblem, match="the columns 'premise' and 'hypothesis', but the input has no 'premise'"):
        load_classifier(folder).predict(["a good goal"])
    for given in (["a good goal"], [{"title": "a", "kind": "b"}]):
        with pytest.raises(DataProblem, match="the columns 'title' and 'kind' and 'year'"):
            model.predict(given)


def test_a_model_of_numbers_predicts_them_and_has_no_probabilities(tmp_path):
    model = load_classifier(save_number_model(tmp_path / "best"))

    assert model.predict(NUMBER_TEXTS) == pytest.approx(NUMBERS.tolist(), abs=5.0)
    assert model.predict([]) == []
    for call in (lambda: model.predict_proba(["a"]), lambda: model.explain("a")):
        with pytest.raises(UsageError, match=r"needs a model of classes, but .* numbers \(stars\): use predict"):
            call()
