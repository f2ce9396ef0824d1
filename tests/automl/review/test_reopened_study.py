import pytest

from automl.config import Experiment, load_experiment
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


def test_findings_that_the_version_of_the_study_did_not_know_do_not_keep_it_closed(tmp_path, monkeypatch):
    rows = [(text, ("good", "Good", "bad")[number % 3]) for number, (text, _) in enumerate(reviews()[:90])]
    workspace = review_study(tmp_path, rows, **{"data.allow": ["similar-labels"]})

    def as_it_was_stored(document: str) -> Experiment:
        experiment = load_experiment(document)
        return experiment.model_copy(update={"data": experiment.data.model_copy(update={"allow": ()})})

    monkeypatch.setattr("automl.review.reopened_study.load_experiment", as_it_was_stored)

    assert reopen("reviews", workspace, print).prepared.dataset.label_names == ("Good", "bad", "good")


def test_a_study_is_opened_though_its_encoder_is_no_longer_installed(tmp_path, monkeypatch):
    workspace = review_study(tmp_path, reviews()[:60], "finetune", **{"search.time_budget": "10m"})
    monkeypatch.setattr("trials.hub.checkpoint_location.find_spec", lambda name: None)

    study = reopen("reviews", workspace, print)

    assert study.prepared.budgets.pretrained == 810
