import io
import re
import subprocess
import sys
import time
from dataclasses import replace

from rich.console import Console

from automl.console.line_view import LineView
from automl.core.events import BestEvaluation, StudyHistory, TrialEvaluated, TrialTaken
from automl.core.records import Confirmation, Lineage
from tests.automl.tracking.news import (
    SHALLOW,
    evaluated_on_a_sample,
    evaluation,
    one_of_each_end,
    search_started,
    trial_ended,
    trial_started,
)
from trials.protocol import TrialEnd


def lines_of(*events: object) -> list[str]:
    out = io.StringIO()
    with LineView(Console(file=out, width=80), SHALLOW) as lines:
        for event in events:
            lines.notice(event)  # type: ignore[arg-type]
    return out.getvalue().splitlines()


def test_one_line_an_event_each_with_the_elapsed_time() -> None:
    events = list(one_of_each_end())
    lines = lines_of(*events)
    assert len(lines) == len(events)
    assert all(re.match(r"\[ +\d+\.\d s\] \S", line) for line in lines)


def test_the_lines_tell_the_story() -> None:
    told = "\n".join(line.partition("] ")[2] for line in lines_of(*one_of_each_end()))
    for sentence in (
        "study bbc-news: largest macro_f1, 2 slots, limit 6 trials; Ray dashboard http://127.0.0.1:8265 "
        "(its token: ray get-auth-token)",
        "trial 0 started: the default configuration",
        "trial 0 at 1%: macro_f1 0.5050, train loss 0.9950 (best so far)",
        "trial 0 completed, macro_f1 0.9050, 12.5 s",
        "trial 1 started: depth=2",
        "trial 3 out of memory, macro_f1 0.6000, 12.5 s: cause of out_of_memory",
        "search ended: all trials done; trials: 1 completed, 1 pruned, 1 diverged, 1 out of memory, "
        "1 preempted, 1 failed; best macro_f1 0.9050 (trial 0)",
    ):
        assert sentence in told


def test_time_counts_from_the_start_of_the_search() -> None:
    started = search_started(started=time.monotonic() - 100, deadline=time.monotonic() + 140, trials=None)
    (line,) = lines_of(started)
    assert line.startswith("[   100.")
    assert "limit 4 min 00 s" in line or "limit 3 min 59 s" in line


def test_markup_in_a_cause_is_printed_as_it_is_and_a_resumed_trial_is_called_so() -> None:
    cause = "Traceback:\n  x\nKeyError: '[bold]depth[/bold]'"
    _, resumed, failed = lines_of(
        search_started(), trial_started(4, resumed=True), trial_ended(4, TrialEnd.ERROR, None, cause)
    )
    assert "trial 4 resumed: " in resumed
    assert failed.endswith("trial 4 failed: KeyError: '[bold]depth[/bold]'")


def test_a_search_that_goes_on_says_what_was_before_and_a_taken_trial_is_told() -> None:
    history = StudyHistory({TrialEnd.PRUNED: 1, TrialEnd.COMPLETED: 2}, (BestEvaluation(4, 0.9, 0.3, {}),))
    first, taken = lines_of(search_started(history=history), TrialTaken(2))
    assert first.endswith("; 3 earlier trials, best macro_f1 0.9000 (trial 4)")
    assert "trial 2 taken over by another driver" in taken


def test_a_model_of_a_sample_is_not_told_as_a_share_of_the_budget() -> None:
    *_, line = lines_of(search_started(), trial_started(2), evaluated_on_a_sample(2, 8, 0.81, 724))
    assert "trial 2 on a sample of 724 rows: macro_f1 0.8100, " in line and "10%" not in line


def test_a_reader_that_went_away_does_not_stop_the_search() -> None:
    """As with `automl search ... | head -1`; in a process of its own, because Rich then replaces standard output."""
    program = """
import sys
from rich.console import Console
from automl.console.line_view import LineView
from tests.automl.tracking.news import SHALLOW, one_of_each_end
lines = LineView(Console(), SHALLOW)
first, *others = one_of_each_end()
lines.notice(first)
sys.stdin.readline()
for event in others:
    lines.notice(event)
print("went on", file=sys.stderr)
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as search:
        assert search.stdin and search.stdout and search.stderr
        assert b"study bbc-news" in search.stdout.readline()
        search.stdout.close()
        search.stdin.write(b"\n")
        search.stdin.flush()
        assert search.stderr.read() == b"went on\n"
        assert search.wait() == 0


def test_folds_are_told_apart_from_their_mean() -> None:
    fold = replace(evaluation(27, 0.8, is_best=False), fold=1)
    mean = replace(evaluation(81, 0.81), deviations={"macro_f1": 0.0123})
    lines = lines_of(search_started(), trial_started(0), TrialEvaluated(0, fold, 0.8), TrialEvaluated(0, mean, 0.81))
    assert "trial 0 at 33%, fold 2: macro_f1 0.8000, train loss" in lines[2]
    assert "trial 0 at 100%: macro_f1 0.8100 ± 0.0123 over its folds, train loss" in lines[3]
    assert "best so far" in lines[3]
    assert "best so far" not in lines[2]


def test_a_trial_that_is_no_better_than_a_constant_says_so() -> None:
    found = [replace(evaluation(9, 0.3), metrics={"macro_f1": 0.3, "mcc": mcc}) for mcc in (0.001, 0.4)]
    lines = lines_of(search_started(), trial_started(0), *(TrialEvaluated(0, each, 0.3) for each in found))
    assert ["is no better than a constant" in line for line in lines[2:]] == [True, False]


def test_a_trial_that_goes_on_with_another_s_training_says_so() -> None:
    started = replace(trial_started(4, architecture__depth=1, training__batch_size=32), lineage=Lineage(0, 3, 1, 27))
    (line,) = lines_of(trial_started(0), started)[1:]
    assert line.endswith("trial 4 started from trial 1 at 33%: batch_size=32")


def test_a_confirmation_says_which_trial_it_confirms() -> None:
    (_, line) = lines_of(search_started(), replace(trial_started(7), confirms=Confirmation(3, 2)))
    assert line.endswith("trial 7 started: it confirms trial 3, round 2")
