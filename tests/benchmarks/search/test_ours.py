import io

from rich.console import Console

from automl.console.line_view import LineView
from benchmarks.search.contenders.ours import parse
from benchmarks.search.journal import ENDED, EVALUATED, STARTED, Event
from tests.automl.goals import goals_for
from tests.automl.tracking.news import BUDGET, SHALLOW, one_of_each_end, search_started, trial_evaluated
from trials.protocol import evaluation_steps


def events_of(*news: object) -> list[Event]:
    """What the benchmark reads from the lines that the command prints for `news`."""
    out = io.StringIO()
    with LineView(Console(file=out, width=80), SHALLOW) as lines:
        for event in news:
            lines.notice(event)  # type: ignore[arg-type]
    read = (parse(line, 1.0, BUDGET) for line in out.getvalue().splitlines())
    return [event for event in read if event is not None]


def test_every_evaluation_is_read_with_its_examples_and_only_the_first_is_a_look():
    news = [trial_evaluated(7, step, 0.5) for step in evaluation_steps(budget_examples=30_000, validation_rows=200)]
    read = events_of(search_started(goals=goals_for("accuracy")), *news)
    assert [event.event for event in read] == [EVALUATED] * len(news)
    assert [(event.trial, event.score) for event in read] == [("7", 0.5)] * len(news)
    assert [event.examples for event in read] == [told.evaluation.examples for told in news]
    assert [event.look for event in read] == [True] + [False] * 9


def test_trials_that_start_and_end_are_read_but_a_preempted_one_has_not_ended():
    read = events_of(*one_of_each_end())
    assert [event.trial for event in read if event.event == STARTED] == list("012345")
    ends = [event.how for event in read if event.event == ENDED]
    assert ends == ["completed", "pruned", "diverged", "out of memory", "failed"]
