import numpy as np

from automl.sklearn import TextClassifier

TEXTS = [f"{'lovely' if number % 2 else 'dull'} film number {number}" for number in range(40)]
LABELS = ["good" if number % 2 else "bad" for number in range(40)]


def test_the_arguments_are_those_of_a_search_and_each_study_has_a_name_of_its_own(searches):
    classifier = TextClassifier(time_budget="3m", space="linear", random_state=5, options={"epochs": 2})
    classifier.fit(TEXTS, LABELS).fit(TEXTS, LABELS)
    first, second = searches.asked
    assert first.pop("study") != second.pop("study")
    assert first == second
    assert {first[name] for name in ("time_budget", "space", "seed", "epochs")} == {"3m", "linear", 5, 2}
    TextClassifier(random_state=np.random.RandomState(0)).fit(TEXTS, LABELS)
    assert isinstance(searches.asked[-1]["seed"], int)
