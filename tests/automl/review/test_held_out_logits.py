import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from automl.core import UsageError
from automl.export import score
from automl.review.held_out_logits import held_out_logits
from automl.review.reopened_study import reopen
from tests.automl.reviewed import hand_over, review_study, reviews
from trials.data import all_labels
from trials.files import write_validation_logits
from trials.metrics import log_softmax


def copied(reviewed, tmp_path):
    """The workspace of the study, in a folder that a test may change."""
    shutil.copytree(reviewed.folder, tmp_path / "runs")
    return type(reviewed)(tmp_path / "runs")


def test_a_model_that_saw_the_training_rows_only_scores_the_validation_rows_itself(reviewed, tmp_path):
    workspace = copied(reviewed, tmp_path)
    hand_over(workspace)
    study = reopen("reviews", workspace, print)

    found = held_out_logits(study)

    assert found.source == "45 validation rows"
    assert np.array_equal(found.labels, study.prepared.dataset.validation.labels)
    assert np.mean(found.logits.argmax(axis=1) == found.labels) > 0.8


def test_the_model_of_the_trial_stands_in_for_one_that_was_fitted_once_more(reviewed, tmp_path):
    workspace = copied(reviewed, tmp_path)
    hand_over(workspace, refitted=True)

    found = held_out_logits(reopen("reviews", workspace, print))

    assert found.source == "45 validation rows, by the model of trial 0 before it was fitted to them, too"


def test_a_study_that_handed_over_nothing_is_told(tmp_path):
    study = reopen("reviews", review_study(tmp_path, reviews()[:60]), print)

    with pytest.raises(UsageError, match="must have handed over a model"):
        held_out_logits(study)


def test_rows_of_a_cross_validated_model_are_scored_out_of_fold(reviewed, tmp_path):
    workspace = copied(reviewed, tmp_path)
    hand_over(workspace, folds=5)

    found = held_out_logits(reopen("reviews", workspace, print))

    assert found.source == "255 training and validation rows, by models of the same parameters that did not see them"
    assert 0.8 < np.mean(found.logits.argmax(axis=1) == found.labels) < 0.97


def test_the_models_of_the_folds_have_left_logits_of_all_rows_which_are_taken_of_an_ensemble_too(reviewed, tmp_path):
    workspace = copied(reviewed, tmp_path)
    hand_over(workspace, folds=5)
    study, folders = reopen("reviews", workspace, print), workspace.study("reviews")
    labels = all_labels(study.prepared.dataset)
    outputs = np.random.default_rng(0).normal(size=(len(labels), len(study.prepared.dataset.label_names)))
    folders.model(0).mkdir(parents=True, exist_ok=True)
    write_validation_logits(folders.model(0), outputs)

    found = held_out_logits(study)

    assert found.source == "255 training and validation rows, each by models of the folds that did not see it"
    np.testing.assert_array_equal(found.labels, labels)
    np.testing.assert_allclose(log_softmax(found.logits), log_softmax(outputs), atol=1e-5)

    facts = {"trial": 0, "folds": 5, "ensemble": {"members": [{"trial": 0, "weight": 1.0}], "temperature": 2.0}}
    (folders.best / "automl.json").write_text(json.dumps(facts))
    np.testing.assert_allclose(log_softmax(held_out_logits(study).logits * 2.0), log_softmax(outputs), atol=1e-5)

    write_validation_logits(folders.model(0), outputs[:9])
    with pytest.raises(UsageError, match="the outputs of the ensemble's trials must be kept, but those of trial 0 are"):
        held_out_logits(study)


def test_groups_that_are_too_few_for_folds_are_told(reviewed, tmp_path):
    workspace = copied(reviewed, tmp_path)
    hand_over(workspace, folds=5)
    study = reopen("reviews", workspace, print)
    groups = np.arange(len(study.prepared.dataset.train) + len(study.prepared.dataset.validation)) % 3
    prepared = replace(study.prepared, dataset=replace(study.prepared.dataset, groups=groups))

    with pytest.raises(UsageError, match="groups"):
        held_out_logits(replace(study, prepared=prepared))


def test_an_ensemble_is_the_mean_of_the_models_of_its_trials(reviewed, tmp_path):
    workspace = copied(reviewed, tmp_path)
    hand_over(workspace, refitted=True)
    folders = workspace.study("reviews")
    facts = {"trial": 0, "ensemble": {"members": [{"trial": 0, "weight": 1.0}], "temperature": 2.0}}
    (folders.best / "automl.json").write_text(json.dumps(facts))
    study = reopen("reviews", workspace, print)

    found = held_out_logits(study)

    single = log_softmax(score(folders.model(0), study.prepared.dataset.validation).logits)
    assert np.allclose(log_softmax(found.logits), log_softmax(single / 2))
    shutil.rmtree(folders.model(0))
    with pytest.raises(UsageError, match="that of trial 0 is not"):
        held_out_logits(study)
