import pytest

from automl.core import UsageError
from automl.review.data_errors import ErrorKind
from automl.review.error_search import find_errors
from automl.review.ordered_doubts import LIMIT
from automl.review.reopened_study import reopen
from tests.automl.reviewed import FLIPPED, ratings, review_study, stars


def test_with_5_percent_flipped_labels_most_are_among_the_first_tenth_of_rows(reviewed):
    study, said = reopen("reviews", reviewed, print), []

    found = find_errors(study, "auto", said.append, with_test=True)

    first = {row.origins[0].row - 1 for row in found.rows[: found.judged // 10]}
    assert found.judged == 300
    assert len(first & set(FLIPPED)) >= 0.6 * len(FLIPPED)
    assert found.agreement > 0.8
    assert said == ["Judging the labels by a linear model, over 5 folds"]


def test_wrong_numbers_and_ranks_are_among_the_first_tenth_of_rows(tmp_path):
    given = {"regression": (ratings(), {}), "ordinal": (stars(), {"data.order": ["low", "fair", "high"]})}
    for task, (rows, more) in given.items():
        (tmp_path / task).mkdir()
        workspace = review_study(tmp_path / task, rows, **{"data.task": task, **more})
        found = find_errors(reopen("reviews", workspace, print), "linear", print, with_test=True)

        first = {row.origins[0].row - 1 for row in found.rows[: found.judged // 10]}
        assert len(first & set(FLIPPED)) >= 0.8 * len(FLIPPED)
        assert found.agreement > 0.5
        worst = found.rows[0]
        assert worst.kinds[0] is ErrorKind.LABEL and worst.distance is not None and worst.suggested is not None
        if task == "regression":
            assert worst.distance > LIMIT and worst.given_probability is None
            float(worst.label), float(worst.suggested)
        else:
            assert 1.0 < worst.distance <= 2.0 and worst.suggested in more["data.order"]


def test_test_rows_are_left_alone_unless_asked_for(reviewed):
    found = find_errors(reopen("reviews", reviewed, print), "linear", print, with_test=False)

    assert {row.split for row in found.rows if ErrorKind.LABEL in row.kinds} <= {"train", "validation"}


def test_a_model_that_the_study_cannot_give_is_refused(reviewed):
    with pytest.raises(UsageError, match="use --model linear"):
        find_errors(reopen("reviews", reviewed, print), "probe", print, with_test=False)
