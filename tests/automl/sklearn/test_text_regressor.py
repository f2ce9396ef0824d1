"""The regressor, with a search that takes no time."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import check_estimator

from automl.sklearn import TextRegressor
from automl.sklearn import rows as module
from tests.automl.sklearn.searches import DO_NOT_APPLY, NO_FEATURES, words_of

TEXTS = [f"{'lovely' if number % 2 else 'dull'} film number {number}" for number in range(40)]
PRICES = [2000.0 + 10.0 * (number % 2) for number in range(40)]


def test_it_searches_with_the_task_of_numbers_and_gives_them_back(searches):
    regressor = TextRegressor(space="linear").fit(TEXTS, PRICES)
    assert regressor.predict([TEXTS[1], TEXTS[0]]).tolist() == pytest.approx([2010.0, 2000.0], abs=2.0)
    assert regressor.score(TEXTS, PRICES) > 0.9
    assert (searches.asked[0]["task"], searches.asked[0]["metric"]) == ("regression", None)
    assert clone(regressor).get_params() == regressor.get_params()
    assert cross_val_score(TextRegressor(), TEXTS, PRICES, cv=3).min() > 0.7


def test_columns_beside_the_text_reach_the_search_and_the_model(searches):
    table = pd.DataFrame({"review": TEXTS, "year": range(40), "kind": ["a", "b"] * 20})
    regressor = TextRegressor(text="review", also=["year", "kind"]).fit(table, PRICES)
    assert searches.asked[0]["also"] == ["year", "kind"]
    assert searches.tables[0]["kind"] == ["a", "b"] * 20
    regressor.predict(table[:2])
    assert regressor.result_.model.asked[-1][1] == {"review": TEXTS[1], "year": 1, "kind": "b"}


def test_what_is_no_number_is_a_value_error():
    for numbers, message in (([np.nan] * 40, "NaN"), (["cheap"] * 40, "could not convert"), ([1.0] * 40, "two labels")):
        with pytest.raises(ValueError, match=message):
            TextRegressor().fit(TEXTS, numbers)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        TextRegressor().fit(TEXTS, [1.0, 2.0])
    with pytest.raises(NotFittedError):
        TextRegressor().predict(TEXTS)


class OnNumbers(TextRegressor):
    """Says that it takes tables of numbers; otherwise scikit-learn runs no checks."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.non_deterministic = False  # the search of these tests is not
        tags.regressor_tags.poor_score = True  # a word for each number tells little
        return tags


@pytest.mark.filterwarnings("ignore")
def test_the_checks_of_scikit_learn_pass_where_they_apply_to_text(monkeypatch):
    monkeypatch.setattr(module, "texts_of", words_of)
    excused = {**DO_NOT_APPLY, "check_regressors_train": f"it ends with tables of another width: {NO_FEATURES}"}
    results = check_estimator(OnNumbers(), expected_failed_checks=excused, on_fail="raise")
    statuses = {each["check_name"]: each["status"] for each in results}
    assert {name for name, status in statuses.items() if status == "xfail"} <= excused.keys()
    assert sum(status == "passed" for status in statuses.values()) > 30
