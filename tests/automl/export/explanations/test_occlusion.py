import numpy as np
import pytest

from automl.export.explanations.occlusion import explain

LABELS = ("bad", "good")


def odds(texts):
    """The log-odds of good: 2 for each `lovely`, -1 for each `dull`, 3 for each 好."""
    z = np.array([2.0 * text.count("lovely") - text.count("dull") + 3.0 * text.count("好") for text in texts])
    good = 1 / (1 + np.exp(-z))
    return np.stack([1 - good, good], axis=1)


def test_the_weight_of_a_word_is_what_the_log_odds_lose_without_it():
    found = explain(odds, LABELS, "A lovely, dull film")
    assert (found.label, found.probability) == ("good", pytest.approx(1 / (1 + np.exp(-1.0))))
    assert {word.text: round(word.weight, 6) for word in found.words} == {"A": 0, "lovely": 2, "dull": -1, "film": 0}
    assert all(found.text[word.start : word.end] == word.text for word in found.words)
    assert [word.text for word in found.top(2)] == ["lovely", "dull"]


def test_a_label_that_is_not_the_most_probable_can_be_explained():
    found = explain(odds, LABELS, "lovely", "bad")
    assert (found.label, round(found.words[0].weight, 6)) == ("bad", -2.0)


def test_words_without_spaces_between_them_are_left_out_one_by_one():
    assert [(word.text, round(word.weight, 6)) for word in explain(odds, LABELS, "很好").words] == [
        ("很", 0),
        ("好", 3),
    ]


def test_a_long_text_costs_no_more_passes_than_allowed_and_loses_no_word():
    asked = []

    def counted(texts):
        asked.extend(texts)
        return odds(texts)

    text = " ".join(["plain"] * 99 + ["lovely"])
    found = explain(counted, LABELS, text, most_spans=8)
    assert len(asked) <= 9
    assert sum(len(word.text.split()) for word in found.words) == 100
    assert found.top(1)[0].text.endswith("lovely")


def test_certain_predictions_have_finite_weights_and_an_empty_text_has_none():
    found = explain(lambda texts: np.array([[0.0, 1.0]] * len(texts)), LABELS, "so sure")
    assert np.isfinite([word.weight for word in found.words]).all()
    assert explain(odds, LABELS, "").words == ()


def test_a_notebook_shows_the_text_itself_in_colours():
    html = explain(odds, LABELS, "<b>lovely</b>")._repr_html_()
    assert "&lt;" in html and "<b>lovely" not in html and 'title="+2.000"' in html
