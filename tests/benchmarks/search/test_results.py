import json
from dataclasses import asdict

from benchmarks.search.journal import ENDED, EVALUATED, Event
from benchmarks.search.results import FILE, Run, read_results
from tests.benchmarks.search.runs import results, run


def test_a_look_is_a_first_result_and_no_score():
    told = run("ours", 0.7, 0.8, look=3.0)
    assert (told.first_result, told.first_score, told.first_epoch) == (3.0, 10.0, 10.0)
    assert told.best == 0.8
    assert told.best_so_far == [(10.0, 0.7), (20.0, 0.8)]


def test_epochs_are_the_examples_of_all_trials_each_counted_once():
    told = [("0", 1.0, 50), ("1", 2.0, 100), ("0", 3.0, 150)]
    events = [Event(EVALUATED, trial, seconds, examples, 0.5) for trial, seconds, examples in told]
    assert Run("ours", "news", 0, 60.0, 100, events, None, 60.0).epochs_so_far == [(1.0, 0.5), (2.0, 1.5), (3.0, 2.5)]


def test_the_time_to_a_score_is_when_it_was_first_reached():
    told = run("ours", 0.7, 0.9, 0.8)
    assert (told.time_to(0.8), told.time_to(0.95)) == (20.0, None)


def test_a_run_that_told_nothing_has_no_figures():
    silent = Run("ours", "news", 0, 60.0, 100, [], None, 60.0)
    assert (silent.first_result, silent.best, silent.epochs, silent.ended) == (None, None, 0.0, 0)


def test_a_failed_trial_is_told_but_does_not_count_as_ended():
    events = [Event(ENDED, str(number), 1.0, how=how) for number, how in enumerate(("completed", "pruned", "failed"))]
    told = Run("ours", "news", 0, 60.0, 100, events, None, 60.0)
    assert (told.ended, told.failed) == (2, 1)


def test_results_come_back_from_their_file(tmp_path):
    written = results(run("ray", 0.7), run("ours", 0.8, look=2.0))
    (tmp_path / FILE).write_text(json.dumps(asdict(written)))
    assert read_results(tmp_path) == written
