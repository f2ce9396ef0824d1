from dataclasses import replace

import pytest

from automl.core.events import BestEvaluation, Event, SearchEnded, StopReason, StudyHistory, TrialTaken
from automl.core.records import Confirmation
from automl.core.search_progress import SearchProgress, earlier_trials
from tests.automl.goals import goals_for
from tests.automl.tracking.news import (
    evaluated_on_a_sample,
    one_of_each_end,
    search_started,
    trial_ended,
    trial_evaluated,
    trial_started,
)
from tests.automl.tracking.studies import one_of_each
from trials.protocol import TrialEnd


def after(*events: Event) -> SearchProgress:
    progress = SearchProgress()
    for event in events:
        progress = progress.after(event)
    return progress


def test_a_running_trial_tells_how_far_it_got() -> None:
    progress = after(search_started(), trial_started(3, architecture__depth=4), trial_evaluated(3, 27, 0.7))
    trial = progress.running[3]
    assert (trial.fraction, trial.value, trial.params["architecture.depth"]) == (pytest.approx(1 / 3), 0.7, 4)


def test_a_model_of_a_sample_is_known_as_one_until_one_of_all_rows_follows() -> None:
    events = (search_started(), trial_started(3), evaluated_on_a_sample(3, 8, 0.7, 724))
    progress = after(*events)
    assert progress.best is not None
    assert (progress.running[3].sample_rows, progress.best.sample_rows) == (724, 724)
    later = after(*events, trial_evaluated(3, 81, 0.8))
    assert later.best is not None
    assert (later.running[3].sample_rows, later.best.sample_rows) == (None, None)


def test_an_ended_trial_runs_no_more_and_is_counted_once() -> None:
    progress = after(*one_of_each_end())
    assert not progress.running
    assert progress.ends == dict.fromkeys(TrialEnd, 1)
    assert progress.ended == 5, "a preempted trial comes back"
    assert progress.reason is StopReason.TRIALS


def test_best_is_the_best_evaluation_not_the_last() -> None:
    evaluations = (trial_evaluated(0, 27, 0.8), trial_evaluated(0, 54, 0.7, False))
    progress = after(search_started(), trial_started(0), *evaluations)
    assert progress.best is not None
    assert (progress.best.value, progress.best.fraction) == (0.8, pytest.approx(1 / 3))


def test_a_metric_to_be_minimized_is_led_by_the_smallest() -> None:
    events = [search_started(goals=goals_for("log_loss")), trial_started(0), trial_evaluated(0, 1, 0.4)]
    progress = after(*events, trial_started(1), trial_evaluated(1, 1, 0.3))
    assert progress.best is not None
    assert progress.best.number == 1


@pytest.mark.parametrize("end", [TrialEnd.DIVERGED, TrialEnd.OUT_OF_MEMORY, TrialEnd.ERROR])
def test_a_trial_whose_model_is_gone_does_not_lead(end: TrialEnd) -> None:
    running = after(search_started(), trial_started(0), trial_evaluated(0, 1, 0.5), trial_started(1))
    leading = running.after(trial_evaluated(1, 1, 0.9))
    assert leading.best is not None
    assert leading.best.number == 1
    left = leading.after(trial_ended(1, end, 0.9)).best
    assert left is not None
    assert left.number == 0


def test_nothing_leads_before_the_first_evaluation() -> None:
    assert after(search_started(), trial_started(0), SearchEnded(StopReason.INTERRUPTED)).best is None


def test_a_search_that_goes_on_knows_what_was_before() -> None:
    history = StudyHistory({TrialEnd.PRUNED: 3}, (BestEvaluation(0, 0.7, 1.0, {}), BestEvaluation(4, 0.9, 0.3, {})))
    progress = after(search_started(history=history), trial_started(4), trial_evaluated(4, 27, 0.8, False))
    assert progress.ended == 3
    assert progress.best is not None
    assert (progress.best.number, progress.best.value) == (4, 0.9)
    pruned = progress.after(trial_ended(4, TrialEnd.PRUNED, 0.8))
    assert pruned.best is not None
    assert (pruned.best.number, pruned.ended) == (4, 4), "its best model is kept"
    lost = progress.after(trial_ended(4, TrialEnd.ERROR, 0.8))
    assert lost.best is not None
    assert (lost.best.number, lost.ended) == (0, 4)


def test_a_trial_that_another_driver_has_runs_no_more_here_and_has_not_ended() -> None:
    progress = after(search_started(), trial_started(0), trial_evaluated(0, 9, 0.6), TrialTaken(0))
    assert not progress.running
    assert progress.ended == 0


def test_ends_that_are_final_and_models_that_may_win() -> None:
    earlier = earlier_trials(one_of_each("history"))
    assert earlier.ends == {end: 1 for end in TrialEnd if end is not TrialEnd.PREEMPTED}
    pruned, preempted = (list(TrialEnd).index(end) for end in (TrialEnd.PRUNED, TrialEnd.PREEMPTED))
    assert [best.number for best in earlier.candidates] == [0, pruned, preempted, 6], "the last one runs"
    assert (earlier.candidates[0].value, earlier.candidates[0].fraction) == (0.5 + 0.005 * 27, 27 / 81)


def test_confirmations_are_shown_while_they_run_and_neither_lead_nor_count() -> None:
    again = replace(trial_started(2), confirms=Confirmation(0, 1))
    begun = after(search_started(), trial_started(0), trial_evaluated(0, 81, 0.8), again, trial_evaluated(2, 81, 0.9))
    assert begun.running[2].confirms == 0 and begun.best.number == 0
    ended = begun.after(trial_ended(2, TrialEnd.COMPLETED))
    assert (ended.ended, list(ended.running), ended.best.number) == (0, [0], 0)
