from dataclasses import replace
from pathlib import Path

import pytest

from automl.config.loader import build_experiment
from automl.core.errors import UsageError
from automl.core.records import Confirmation, StudyRecord, TrialRecord
from automl.core.workspace import Workspace
from automl.planning.resume_limits import resumed_limits
from tests.automl.goals import MACRO_F1
from tests.automl.report.records import make_trial

ENDED, WAITING, RUNNING = "COMPLETE", "WAITING", "RUNNING"


def study(*states: str) -> StudyRecord:
    trials = tuple(
        TrialRecord(number, state, None, None, {}, (), None, "", None, None) for number, state in enumerate(states)
    )
    return StudyRecord("s", MACRO_F1, None, "", trials)


def limits(trials: str | None, time_budget: str | None, *states: str, made_with: int | None = 4):
    flags = {"search.trials": made_with}
    return resumed_limits(
        build_experiment("bbc-news", [], flags), trials, time_budget, study(*states), Workspace(Path("runs"))
    )


def test_a_study_goes_on_to_what_it_was_made_for():
    assert limits(None, None, ENDED, WAITING) == (4, None)
    assert limits(None, None, ENDED, made_with=None) == (None, 600.0)


def test_more_can_be_asked_for_and_then_nothing_else_bounds_the_search():
    assert limits("+20", None, ENDED, ENDED) == (22, None)
    assert limits("60", None, ENDED) == (60, None)
    assert limits(None, "+10m", ENDED) == (None, 600.0)
    assert limits("+1", "90s", ENDED) == (2, 90.0)


def test_trials_that_wait_have_a_place_in_any_case():
    """Those that `automl retry` asked for, and those of a study that was cut short."""
    assert limits(None, None, ENDED, ENDED, ENDED, ENDED, WAITING, WAITING) == (6, None)
    assert limits("4", None, ENDED, ENDED, ENDED, ENDED, RUNNING) == (5, None)


def test_a_study_with_nothing_left_to_do_says_how_to_ask_for_more():
    with pytest.raises(UsageError, match=r"all 4 trials .* automl resume s --trials \+20"):
        limits(None, None, *[ENDED] * 4)
    with pytest.raises(UsageError, match="above the 5 trials"):
        limits("3", None, *[ENDED] * 5)


@pytest.mark.parametrize("trials", ["some", "+0", "-3", "1.5"])
def test_a_number_of_trials_must_be_one(trials):
    with pytest.raises(UsageError, match="--trials must be"):
        limits(trials, None, ENDED)


def test_a_time_must_be_one():
    with pytest.raises(UsageError, match="--time-budget"):
        limits(None, "soon", ENDED)


def test_a_confirmation_that_waits_is_something_to_do_unless_its_trial_is_among_the_best_no_more():
    best = [replace(make_trial(number, (0.1, number / 10)), params={"depth": number}) for number in range(4)]
    experiment = build_experiment("bbc-news", [], {"search.trials": 4})
    for confirmed, is_left in ((3, True), (0, False)):
        waiting = TrialRecord(4, WAITING, None, None, {}, (), None, "", None, None, None, Confirmation(confirmed, 1))
        record = StudyRecord("s", MACRO_F1, None, "", (*best, waiting))
        if is_left:
            assert resumed_limits(experiment, None, None, record, Workspace(Path("runs"))) == (4, None)
        else:
            with pytest.raises(UsageError, match="all 4 trials"):
                resumed_limits(experiment, None, None, record, Workspace(Path("runs")))
