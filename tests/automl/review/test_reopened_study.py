import pytest

from automl.core import UsageError
from automl.review.reopened_study import reopen
from tests.automl.reviewed import review_study, reviews
from tests.trials.data.rows import write_csv


def test_the_study_comes_with_its_data_and_its_space(reviewed):
    study = reopen("reviews", reviewed, print)

    dataset = study.prepared.dataset
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 300
    assert (study.record.name, study.space.name, study.prepared.max_length) == ("reviews", "linear", 64)


def test_other_data_than_the_studys_is_refused(tmp_path):
    changed = review_study(tmp_path, reviews())
    write_csv(changed.folder.parent / "reviews.csv", reviews()[1:])

    with pytest.raises(UsageError, match="must be what it was"):
        reopen("reviews", changed, print)


def test_a_study_that_is_not_there_is_named(reviewed):
    with pytest.raises(UsageError, match="other"):
        reopen("other", reviewed, print)
