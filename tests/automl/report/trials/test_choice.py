from dataclasses import replace

import pytest

from automl.core.errors import UsageError
from automl.core.records import Confirmation
from automl.report.trials.choice import TrialChoice
from tests.automl.report.records import make_study, make_trial
from tests.automl.report.trials.studies import SEVERAL


def numbers(*, top: int | None = None, sort: str = "trial") -> list[int]:
    return [trial.number for trial in TrialChoice(top, sort).of(SEVERAL)]


def test_the_best_trials_keep_the_order_of_their_numbers() -> None:
    assert numbers() == [0, 1, 2, 3, 4, 5]
    assert numbers(top=3) == [0, 1, 2]
    assert numbers(top=99) == numbers()


def test_a_trial_that_confirms_another_is_not_among_the_best() -> None:
    again = replace(make_trial(6, (0.99,)), confirms=Confirmation(2, 1))
    study = make_study(*SEVERAL.trials, again)
    assert [trial.number for trial in TrialChoice(3).of(study)] == [0, 1, 2]
    assert [trial.number for trial in TrialChoice(99).of(study)] == [0, 1, 2, 3, 4, 5]
    assert TrialChoice().of(study)[-1] == again


def test_scores_begin_with_the_best_one_and_trials_without_a_value_come_last() -> None:
    assert numbers(sort="best") == [2, 1, 0, 3, 4, 5]
    assert numbers(sort="macro_f1") == numbers(sort="best")
    assert numbers(sort="last") == [2, 1, 0, 3, 4, 5]
    assert numbers(sort="best", top=2) == [2, 1]


def test_a_parameter_orders_by_its_full_or_its_short_name() -> None:
    assert numbers(sort="penalty") == numbers(sort="probe.classifier.penalty") == [2, 1, 3, 5, 4, 0]
    assert numbers(sort="pooling") == [3, 1, 2, 4, 5, 0]  # texts
    assert numbers(sort="algorithm")[0] == 0


def test_an_unknown_column_is_told_with_the_near_miss() -> None:
    with pytest.raises(UsageError, match=r"There is no column 'penlty'\. Did you mean 'penalty'"):
        numbers(sort="penlty")
