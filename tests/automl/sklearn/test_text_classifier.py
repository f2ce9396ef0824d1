"""The estimator, with a search that takes no time; `tests/integration/test_python_api.py` has a real one."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import check_estimator

from automl.sklearn import TextClassifier
from automl.sklearn import rows as module
from automl.sklearn.text_classifier import label_names
from tests.automl.sklearn.searches import DO_NOT_APPLY, NO_FEATURES, words_of

TEXTS = [f"{'lovely' if number % 2 else 'dull'} film number {number}" for number in range(40)]
LABELS = ["good" if number % 2 else "bad" for number in range(40)]


def test_it_learns_and_gives_back_the_labels_as_they_were():
    for labels in (LABELS, [label == "good" for label in LABELS], [3 if label == "good" else -1 for label in LABELS]):
        classifier = TextClassifier().fit(TEXTS, labels)
        assert list(classifier.classes_) == sorted(set(labels))
        assert list(classifier.predict(["lovely", "dull"])) == [classifier.classes_[1], classifier.classes_[0]]
        assert classifier.score(TEXTS, labels) == 1.0
        assert classifier.predict_proba(TEXTS).shape == (40, 2)


def test_columns_beside_the_text_reach_the_search_and_the_model(searches):
    table = pd.DataFrame({"review": TEXTS, "kind": ["film"] * 40, "price": [1.5] * 40})
    classifier = TextClassifier(text="review", also=["kind", "price"]).fit(table, LABELS)
    assert searches.asked[0]["also"] == ["kind", "price"]
    assert classifier.score(table, LABELS) == 1.0
    assert classifier.result_.model.asked[-1][0] == {"review": TEXTS[0], "kind": "film", "price": 1.5}
    TextClassifier().fit(TEXTS, LABELS)
    assert not {"also", "text", "label"} & searches.asked[-1].keys()


def test_labels_that_would_be_named_alike_are_numbered():
    assert label_names(np.array(["a", "b"])) == ["a", "b"]
    assert label_names(np.array([1.0, 2.0])) == ["1", "2"]
    assert label_names(np.array(["a", "a "])) == ["0", "1"]


def test_a_problem_of_the_data_is_a_value_error():
    with pytest.raises(ValueError, match="at least two labels"):
        TextClassifier().fit(TEXTS, ["one"] * 40)
    with pytest.raises(NotFittedError):
        TextClassifier().predict(TEXTS)


def test_it_works_in_a_pipeline_a_cross_validation_and_a_grid_search(searches):
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    pipeline = make_pipeline(lower, TextClassifier(trials=3, space="linear"))
    assert cross_val_score(pipeline, TEXTS, LABELS, cv=3).tolist() == [1.0] * 3
    grid = GridSearchCV(pipeline, {"textclassifier__space": ["linear", "probe"]}, cv=2).fit(TEXTS, LABELS)
    assert {asked["space"] for asked in searches.asked} == {"linear", "probe"}
    assert list(grid.predict(["LOVELY"])) == ["good"]


def test_a_clone_has_the_parameters_and_no_model():
    fitted = TextClassifier(space="probe", workspace=Path("elsewhere")).fit(TEXTS, LABELS)
    again = clone(fitted)
    assert again.get_params() == fitted.get_params()
    assert not hasattr(again, "classes_")


class OnNumbers(TextClassifier):
    """Says that it takes tables of numbers; otherwise scikit-learn runs no checks."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.non_deterministic = False  # the search of these tests is not
        return tags


@pytest.mark.filterwarnings("ignore")
def test_the_checks_of_scikit_learn_pass_where_they_apply_to_text(monkeypatch):
    monkeypatch.setattr(module, "texts_of", words_of)
    excused = {**DO_NOT_APPLY, "check_classifiers_train": f"it ends with tables of another width: {NO_FEATURES}"}
    results = check_estimator(OnNumbers(), expected_failed_checks=excused, on_fail="raise")
    statuses = {each["check_name"]: each["status"] for each in results}
    assert {name for name, status in statuses.items() if status == "xfail"} == excused.keys()
    assert sum(status == "passed" for status in statuses.values()) > 30
