"""The parts of a trial's job that compute something."""

from dataclasses import replace

import pytest

from tests.trials.toy import toy_job, toy_point
from trials.protocol import BUDGET_STEPS, Folds


@pytest.mark.parametrize("count", [2, 5, 10])
def test_folds_share_the_budget_with_the_training_on_all_rows(count: int) -> None:
    steps = [Folds(count, 0).step(fold) for fold in range(count)]
    assert steps == sorted(set(steps)) and steps[-1] < BUDGET_STEPS


def test_a_model_that_is_sharded_later_is_built_on_the_processor(tmp_path) -> None:
    job = toy_job(tmp_path, toy_point())
    assert job.built_on is None
    assert replace(job, sharded=True).built_on == "cpu"
