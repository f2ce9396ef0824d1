import pytest

from automl.errors import UsageError
from automl.experiment.load import build_experiment, dump_experiment, load_experiment


def built(**search: object):
    return build_experiment("bbc-news", [], {f"search.{name}": value for name, value in search.items()})


def test_without_folds_all_is_as_before():
    search = built().search
    assert (search.folds, search.pruner) == (None, "asha")


def test_folds_are_compared_by_wilcoxon_unless_something_else_is_said():
    assert built(folds=5).search.pruner == "wilcoxon"
    assert built(folds=5, pruner="none").search.pruner == "none"


def test_a_study_remembers_them():
    search = load_experiment(dump_experiment(built(folds=7))).search
    assert (search.folds, search.pruner) == (7, "wilcoxon")


@pytest.mark.parametrize("folds", [0, 1, 11, 2.5, "many"])
def test_their_number_is_told(folds):
    with pytest.raises(UsageError, match=r"search\.folds must be a whole number from 2 to 10, not"):
        built(folds=folds)


@pytest.mark.parametrize("pruner", ["asha", "hyperband", "median", "percentile", "patient"])
def test_pruners_that_expect_progress_are_refused(pruner):
    with pytest.raises(UsageError, match=f"must be wilcoxon or none where there are folds, not '{pruner}'"):
        built(folds=5, pruner=pruner)


def test_wilcoxon_needs_folds():
    with pytest.raises(UsageError, match="--folds 5, or choose another: asha, hyperband"):
        built(pruner="wilcoxon")


def test_a_pruner_that_does_not_exist_is_told_once():
    with pytest.raises(UsageError, match="There is no pruner 'wilcoxen'") as caught:
        built(folds=5, pruner="wilcoxen")
    assert "problems" not in str(caught.value)
