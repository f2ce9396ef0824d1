from dataclasses import replace
from pathlib import Path

import pytest

from automl.core.records import StudyRecord
from automl.report.no_winner import why_no_winner
from tests.automl.goals import goals_for
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd

RESUME = "automl resume news --time-budget 10m"


def told(study: StudyRecord, *models: int) -> str:
    """The message where these trials have models."""
    return why_no_winner(study, lambda number: number in models, lambda number: Path(f"runs/{number}"), RESUME)


def test_before_its_first_evaluation_a_search_has_had_too_little_time():
    for study in (make_study(), make_study(make_trial(0, end=None), make_trial(1, end=TrialEnd.PREEMPTED))):
        assert told(study) == (
            "a search has a model only after its first evaluation, and this one ended before it; "
            f"give it more time: {RESUME}"
        )


def test_a_failure_is_told_with_its_cause_and_the_last_one_counts():
    failures = (
        make_trial(0, end=TrialEnd.ERROR, cause="the first"),
        make_trial(1, end=TrialEnd.OUT_OF_MEMORY, cause="CUDA out of memory"),
        make_trial(2, end=TrialEnd.PREEMPTED, cause="its driver died"),
        make_trial(3, end=None),
    )
    message = told(make_study(*failures))
    assert "Trial 1 ended as out_of_memory:\nCUDA out of memory" in message


def test_a_cross_validation_that_has_not_finished_its_folds_needs_more_time():
    fold = replace(make_trial(0, (0.5, 0.9)).evaluations[1], is_best=False, fold=0)
    study = make_study(replace(make_trial(0, end=TrialEnd.PREEMPTED), evaluations=(fold,)))
    assert told(study).startswith("a cross-validated trial has a model only after all of its folds")
    assert RESUME in told(study)


@pytest.mark.parametrize(("latency", "named"), [(30.0, "latency_ms 30 and macro_f1"), (None, "latency_ms - and")])
def test_the_closest_is_told_with_what_it_violates(latency, named):
    costs = {} if latency is None else {"latency_ms": latency}
    goals = goals_for("macro_f1", constraints=["latency_ms<=20"])
    study = make_study(make_trial(0, (0.5, 0.9), **costs), make_trial(1, (0.5, 0.8), latency_ms=1e9), goals=goals)
    message = told(study, 0)
    assert "no model of study 'news' satisfies latency_ms<=20" in message
    assert f"The closest is trial 0 with {named}" in message
    assert "its model is in runs/0" in message
    assert RESUME in message and "--warm-start news" in message


def test_a_trial_whose_model_is_gone_is_not_the_closest():
    goals = goals_for("macro_f1", constraints=["latency_ms<=20"])
    trials = (make_trial(0, (0.5, 0.9), latency_ms=21.0), make_trial(1, (0.5, 0.8), latency_ms=40.0))
    assert "The closest is trial 1" in told(make_study(*trials, goals=goals), 1)
