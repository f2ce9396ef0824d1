import numpy as np

from automl.page.content import ModelContent
from automl.page.model_figures import WIDEST, model_figures
from tests.automl.page.pages import model


def by_title(content):
    return {title: (text, figure) for title, text, figure in model_figures(content)}


def test_the_confusion_counts_test_rows_by_true_and_predicted_label():
    _, figure = by_title(model())["Confusion"]

    assert figure.data[0].text.tolist() == [[2, 1], [0, 3]]
    assert list(figure.data[0].x) == ["business", "sport"]


def test_precision_and_recall_are_those_of_each_label():
    _, figure = by_title(model())["Scores by label"]

    precision, recall = figure.data
    assert list(precision.x) == [1.0, 0.75]
    assert list(recall.x) == [2 / 3, 1.0]


def test_a_model_whose_probabilities_are_right_lies_on_the_diagonal():
    generator = np.random.default_rng(0)
    sure = generator.uniform(0.5, 1, 20_000)
    right = generator.random(20_000) < sure
    probabilities = np.stack([1 - sure, sure], axis=1)
    content = ModelContent({}, ("a", "b"), right.astype(np.int64), probabilities, (), 0)

    _, figure = by_title(content)["Calibration"]

    bins = figure.data[1]
    assert np.allclose(bins.x, bins.y, atol=0.03)


def test_bars_have_a_width_where_a_bin_is_all_right():
    probabilities = np.tile([0.1, 0.9], (100, 1))
    content = ModelContent({}, ("a", "b"), np.ones(100, dtype=np.int64), probabilities, (), 0)

    _, figure = by_title(content)["Calibration"]

    bars = figure.data[1].error_y
    assert np.allclose(bars.array, 0.0)
    assert np.allclose(bars.arrayminus, 0.2775, atol=0.001)


def test_of_many_labels_those_with_the_most_errors_are_shown():
    count = WIDEST + 5
    labels = np.arange(count)
    probabilities = np.eye(count)
    probabilities[[0, 1]] = probabilities[[1, 0]]

    text, figure = by_title(ModelContent({}, [f"l{n}" for n in labels], labels, probabilities, (), 2))["Confusion"]

    assert len(figure.data[0].x) == WIDEST
    assert {"l0", "l1"} <= set(figure.data[0].x)
    assert f"The {WIDEST} labels with the most errors" in text


def test_several_labels_have_scores_and_calibration_and_no_confusion():
    labels = np.array([[True, False], [True, True], [False, False], [False, True]])
    given = np.array([[True, False], [True, False], [True, False], [False, True]])
    content = ModelContent({}, ("a", "b"), labels, np.where(labels, 0.9, 0.2), (), 2, given)

    figures = by_title(content)

    assert list(figures) == ["Scores by label", "Calibration"]
    precision, recall = figures["Scores by label"][1].data
    assert (list(precision.x), list(recall.x)) == ([2 / 3, 1.0], [1.0, 0.5])
