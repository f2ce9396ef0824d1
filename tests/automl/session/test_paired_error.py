import numpy as np
import pytest

from automl.session.paired_error import paired_error
from tests.automl.session.plans import make_plan
from trials.files import write_validation_logits


def test_it_is_that_of_the_rows_on_which_the_two_models_differ(tmp_path):
    plan = make_plan(tmp_path)
    labels = plan.prepared.dataset.validation.labels
    for number, wrong in ((0, 4), (1, 0)):
        folder = plan.workspace.study("news").model(number)
        folder.mkdir(parents=True)
        write_validation_logits(folder, np.eye(2)[np.where(np.arange(100) < wrong, 1 - labels, labels)] * 3.0)
    error = paired_error(plan, "news")
    assert error(1, 0) == pytest.approx((0.04 * 0.96 / 100) ** 0.5, rel=0.2), "4 of 100 rows"
    assert error(1, 2) is None, "trial 2 has no model"
    assert paired_error(make_plan(tmp_path, folds=5), "news")(1, 0) is None, (
        "of folds, the training rows have outputs, too"
    )
