import pytest

from automl.core import UsageError
from automl.review.number_intervals import find_number_decision
from tests.automl.reviewed import ratings, study_of


def test_numbers_have_intervals_and_no_labels_to_choose(tmp_path):
    study = study_of(tmp_path, "regression", ratings())

    found = find_number_decision(study, None, None)

    assert (found.decision.label_names, len(found.decision.scores)) == (
        ("label",),
        len(study.prepared.dataset.validation),
    )
    assert found.decision.scores == tuple(sorted(found.decision.scores))
    assert 0.7 <= found.covered <= 1.0 and found.set_size is None
    assert found.decision.scores[0] < found.reach <= found.decision.scores[-1]
    for metric, costs, option in (("r2", None, "--metric"), (None, tmp_path / "costs.csv", "--costs")):
        with pytest.raises(UsageError, match=f"{option} must be left out: .* search with --task ordinal"):
            find_number_decision(study, metric, costs)
