from dataclasses import replace

from automl.core.records import Lineage, StudyIdentity
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd


def test_the_best_evaluation_is_the_last_that_was_one():
    """Its model is the one on disk; a later one that was worse, or a fold, left no model."""
    assert make_trial(0, (0.1, 0.9, 0.5)).best.metrics["macro_f1"] == 0.9
    assert make_trial(0).best is None
    of_folds = [
        replace(each, is_best=False, fold=fold) for fold, each in enumerate(make_trial(0, (0.1, 0.9)).evaluations)
    ]
    trial = replace(make_trial(0), evaluations=tuple(of_folds))
    assert trial.best is None
    assert trial.folds == tuple(of_folds)


def test_the_fraction_is_that_of_the_last_evaluation():
    assert make_trial(0).fraction == 0.0
    assert make_trial(0, (0.1, 0.9)).fraction == 9 / 81
    assert make_trial(0, (0.1, 0.2, 0.3, 0.4, 0.5)).fraction == 1.0


def test_what_was_inherited_counts_only_if_the_state_of_the_parent_was_there():
    """Then the first evaluation comes after the step up to which the parent was trained."""
    trial = make_trial(4, (0.1, 0.9))  # evaluated at 1 and 9
    child = Lineage(population=0, follows=3, parent=1, step=9)
    assert trial.inherited == 0
    assert replace(trial, lineage=child).inherited == 0, "it has begun from nothing"
    continued = replace(trial, evaluations=make_trial(4, (0.1, 0.9, 0.95)).evaluations[2:], lineage=child)
    assert continued.inherited == 9
    assert replace(continued, evaluations=()).inherited == 0
    assert replace(continued, lineage=Lineage(population=0)).inherited == 0


def test_a_study_has_as_many_folds_as_a_trial_that_has_finished_them():
    def folded(number: int, count: int, finished: bool):
        evaluation = make_trial(number, (0.1, 0.9)).evaluations[-1]
        folds = tuple(replace(evaluation, step=10 * fold, is_best=False, fold=fold) for fold in range(count))
        last = (replace(evaluation, step=81, is_best=True, deviations={}),) if finished else ()
        return replace(make_trial(number, end=TrialEnd.PRUNED), evaluations=folds + last)

    assert make_study().folds == 0
    assert make_study(make_trial(0, (0.5, 0.9))).folds == 0
    assert make_study(folded(0, 4, finished=False)).folds == 0
    assert make_study(folded(0, 2, finished=False), folded(1, 5, finished=True)).folds == 5


def test_a_study_is_the_same_by_its_uuid_too():
    one, other = replace(make_study(), uuid="a"), replace(make_study(), uuid="b")
    assert one.identity == StudyIdentity("news", "a") != other.identity
