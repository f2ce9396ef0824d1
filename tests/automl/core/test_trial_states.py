"""The state table, row by row, against literals: a change of it is a change of the contract and must go red here."""

import pytest

from automl.core.trial_states import DEFAULT_TRIAL, EFFECTS, EndEffect, keeps_model
from trials.protocol import TrialEnd

TABLE = {
    TrialEnd.COMPLETED: EndEffect("COMPLETE", infeasible=False, mlflow_status="FINISHED", keeps_checkpoint=True),
    TrialEnd.PRUNED: EndEffect("PRUNED", infeasible=False, mlflow_status="FINISHED", keeps_checkpoint=True),
    TrialEnd.DIVERGED: EndEffect("PRUNED", infeasible=True, mlflow_status="FAILED", keeps_checkpoint=False),
    TrialEnd.OUT_OF_MEMORY: EndEffect("PRUNED", infeasible=True, mlflow_status="FAILED", keeps_checkpoint=False),
    TrialEnd.PREEMPTED: EndEffect("WAITING", infeasible=False, mlflow_status="KILLED", keeps_checkpoint=True),
    TrialEnd.ERROR: EndEffect("FAIL", infeasible=False, mlflow_status="FAILED", keeps_checkpoint=False),
}


@pytest.mark.parametrize("end", TrialEnd)
def test_each_end_has_the_effect_that_the_contract_says(end):
    assert EFFECTS[end] == TABLE[end]


def test_there_is_no_other_end():
    assert EFFECTS.keys() == TABLE.keys() == set(TrialEnd)


@pytest.mark.parametrize(
    ("end", "is_kept"),
    [
        (None, True),
        (TrialEnd.COMPLETED, True),
        (TrialEnd.PRUNED, True),
        (TrialEnd.DIVERGED, False),
        (TrialEnd.OUT_OF_MEMORY, False),
        (TrialEnd.PREEMPTED, True),
        (TrialEnd.ERROR, False),
    ],
)
def test_which_models_are_kept(end, is_kept):
    assert keeps_model(1, end) == is_kept
    assert keeps_model(DEFAULT_TRIAL, end), "the report measures gains against the default's model"
