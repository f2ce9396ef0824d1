import numpy as np

from automl.page.content import NO_LABEL, SHOWN_ERRORS, count_rows, model_content
from tests.automl.session.voters import DATA
from trials.data.dataset import Split, TextDataset


def test_the_most_confident_errors_come_first():
    labels = np.asarray(DATA.test.labels)
    guessed = (labels + 1) % len(DATA.label_names)
    guessed[0] = labels[0]
    sure = np.linspace(1.0, 4.0, len(labels))
    logits = np.zeros((len(labels), len(DATA.label_names)))
    logits[np.arange(len(labels)), guessed] = sure

    content = model_content({}, DATA, logits)

    assert content.wrong == len(labels) - 1
    assert len(content.mistakes) == min(SHOWN_ERRORS, content.wrong)
    first = content.mistakes[0]
    assert (first.row, first.text) == (len(labels) - 1, DATA.test.texts[-1])
    assert first.predicted == DATA.label_names[guessed[-1]] and first.label == DATA.label_names[labels[-1]]
    assert first.probability > first.of_label > 0
    assert [each.row for each in content.mistakes] == sorted((each.row for each in content.mistakes), reverse=True)
    assert all(each.explanation is None for each in content.mistakes)


def test_rows_are_counted_by_split():
    assert count_rows(DATA)["test"] == len(DATA.test)


def test_of_several_labels_the_one_that_is_most_wrong_is_told():
    labels = np.array([[True, False], [True, True], [False, False]])
    test = Split(("one", "two", "three"), labels)
    dataset = TextDataset("sets", ("a", "b"), test, test, test, "f" * 64)
    probabilities = np.array([[0.9, 0.1], [0.6, 0.3], [0.8, 0.1]])

    logits = np.log(probabilities / (1 - probabilities))
    found = model_content({}, dataset, logits)

    told = [(each.row, each.label, each.predicted, each.about, round(each.probability, 6)) for each in found.mistakes]
    assert told == [(2, NO_LABEL, "a", "a", 0.8), (1, "a, b", "a", "b", 0.3)]
    assert found.wrong == 2


def test_of_numbers_the_largest_errors_are_told():
    test = Split(("one", "two", "three"), np.array([1.0, 20.0, 300.0]))
    dataset = TextDataset("numbers", ("stars",), test, test, test, "f" * 64)

    found = model_content({}, dataset, np.array([[1.5], [12.0], [301.0]]))

    assert found.numbers.name == "stars"
    told = [(each.row, each.label, each.predicted, each.probability) for each in found.mistakes]
    assert told == [(1, "20", "12", -8.0), (2, "300", "301", 1.0), (0, "1", "1.5", 0.5)]
