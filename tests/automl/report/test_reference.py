"""What a winner is compared with."""

from dataclasses import replace

from automl.report.reference import reference_of
from tests.automl.session.voters import DATA, split

LARGE = replace(DATA, train=split(900, 0), validation=split(60, 1))


def test_the_baseline_comes_with_its_scores_by_training_rows():
    found = reference_of(LARGE, "macro_f1", None, 0)
    assert found.curve is not None and found.curve.rows[-1] == 900
    assert found.curve.scores[-1] == found.baseline.scores.test["macro_f1"]


def test_of_few_rows_and_of_folds_there_is_no_curve():
    assert reference_of(DATA, "macro_f1", None, 0).curve is None
    over_folds = reference_of(LARGE, "macro_f1", 3, 0)
    assert over_folds.curve is None and over_folds.baseline.scores.deviations is not None
