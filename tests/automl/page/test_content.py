import numpy as np

from automl.page.content import SHOWN_ERRORS, count_rows, model_content
from tests.automl.session.voters import DATA


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
