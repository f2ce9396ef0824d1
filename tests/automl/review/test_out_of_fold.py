import numpy as np

from automl.report import BASELINE
from automl.review.out_of_fold import logits_of
from automl.review.reopened_study import reopen
from trials.data import all_labels
from trials.linear import fit_linear


def test_models_that_did_not_see_a_row_are_less_sure_of_its_label_than_one_that_did(reviewed):
    study = reopen("reviews", reviewed, print)
    dataset = study.prepared.dataset
    labels = all_labels(dataset)

    logits = logits_of(study, BASELINE, dataset)

    own = fit_linear(BASELINE, dataset.train, dataset.label_names).logits(dataset.train.texts)
    right = own.argmax(axis=1) == dataset.train.labels
    assert logits.shape == (len(labels), 2)
    assert 0.8 < np.mean(logits.argmax(axis=1) == labels) < right.mean()
