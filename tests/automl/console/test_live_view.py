import io
import re
import time
from dataclasses import replace

import pytest
from rich.console import Console

from automl.console.live_view import LiveView
from automl.core.events import BestEvaluation, Event, SearchEnded, StopReason, StudyHistory, TrialTaken
from tests.automl.tracking.news import (
    SHALLOW,
    evaluated_on_a_sample,
    search_started,
    trial_ended,
    trial_evaluated,
    trial_started,
)
from trials.protocol import TrialEnd


def frame(*events: Event, width: int = 80, height: int = 24) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    view = LiveView(console, SHALLOW)
    for event in events:
        view.notice(event)
    with console.capture() as captured:
        console.print(view)
    return captured.get().splitlines()


def half_a_search() -> list[Event]:
    now = time.monotonic()
    return [
        search_started(started=now - 65, deadline=now + 100.5, trials=40),
        trial_started(0),
        trial_evaluated(0, 81, 0.91),
        trial_ended(0, TrialEnd.COMPLETED, 0.91),
        trial_started(1, architecture__depth=4, optimizer__learning_rate=0.0021),
        trial_evaluated(1, 27, 0.8123),
        trial_ended(2, TrialEnd.PRUNED, 0.5),
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_a_frame_fits_and_tells_all(width: int) -> None:
    lines = frame(*half_a_search(), width=width)
    assert max(map(len, lines)) <= width
    shown = "\n".join(" ".join(line.split()) for line in lines)
    for words in (
        "Study bbc-news",
        "1:05 elapsed, 1:40 left",
        "best 0.9100 macro_f1, trial 0 at 100% of its budget",
        "trials 2 of 40 ended, 1 completed, 1 pruned",
        "33% 0.8123 depth=4 learning_rate=0.0021",
        "idle",
        "Ray http://127.0.0.1:8265",
        "MLflow automl ui bbc-news",
    ):
        assert words in shown


def test_a_trial_that_is_no_better_than_a_constant_is_marked_until_it_learns() -> None:
    blind = trial_evaluated(1, 9, 0.333)
    blind = replace(blind, evaluation=replace(blind.evaluation, metrics={"macro_f1": 0.333, "mcc": 0.0}))
    events = [search_started(), trial_started(0), trial_started(1), blind]
    assert any("0.3330" in line and "is no better than a constant" in line for line in frame(*events))
    assert not any("one class" in line for line in frame(*events, trial_evaluated(1, 27, 0.8)))


@pytest.mark.parametrize("width", [80, 120])
def test_a_model_of_a_sample_is_not_told_as_a_share_of_the_budget(width: int) -> None:
    events = [search_started(), trial_started(0, architecture__depth=4), evaluated_on_a_sample(0, 8, 0.81, 724)]
    lines = frame(*events, width=width)
    shown = "\n".join(" ".join(line.split()) for line in lines)
    assert max(map(len, lines)) <= width
    assert "best 0.8100 macro_f1, trial 0 on a sample of 724 rows" in shown
    assert "10% 0.8100 a sample of 724 rows; depth=4" in shown
    assert "sample" not in "".join(frame(*events, trial_evaluated(0, 81, 0.9), width=width))


def test_the_height_does_not_change_while_trials_come_and_go() -> None:
    events = half_a_search()
    assert len({len(frame(*events[:count])) for count in range(1, len(events) + 1)}) == 1


def test_many_slots_fit_on_a_small_screen() -> None:
    events = [search_started(slots=64), *(trial_started(number) for number in range(64))]
    lines = frame(*events, height=20)
    assert len(lines) <= 20
    assert any("more trials" in line for line in lines)


def test_the_way_to_mlflow_and_the_reason_of_the_end_are_shown() -> None:
    shown = "\n".join(frame(*half_a_search(), SearchEnded(StopReason.TIME)))
    assert "automl ui bbc-news" in shown
    assert "time budget spent" in shown


def test_what_is_said_meanwhile_stands_above_the_view_as_it_was_said() -> None:
    """With a console as `Screen` makes it: soft wrapping must not reach the view, whose lines would run over."""
    out = io.StringIO()
    console = Console(file=out, width=60, height=24, force_terminal=True, color_system=None, soft_wrap=True)
    sentence = "The database does not answer: " + "connection refused " * 8 + "[waiting]"
    with LiveView(console, SHALLOW) as view:
        for event in half_a_search():
            view.notice(event)
        time.sleep(0.6)
        console.print(sentence, markup=False)
        time.sleep(0.6)
    screen = terminal(out.getvalue(), width=60)
    assert sentence in "".join(screen)
    told = next(row for row, line in enumerate(screen) if line.startswith("The database"))
    headlines = [row for row, line in enumerate(screen) if "Study bbc-news" in line]
    assert len(headlines) == 1, screen
    assert headlines[0] > told
    assert max(map(len, screen)) <= 60


def terminal(written: str, width: int) -> list[str]:
    """The rows of a terminal of that width after all was `written`: new lines, returns, erasing and moving up."""
    rows, row = [""], 0
    for token in re.findall(r"\x1b\[([0-9;?]*[a-zA-Z])|(\r|\n)|([^\x1b\r\n])", written):
        command, control, letter = token
        if command == "2K":
            rows[row] = ""
        elif command.endswith("A"):
            row = max(0, row - int(command[:-1] or 1))
        elif control == "\r":
            pass  # every line is written anew, after it was erased
        elif control == "\n" or (letter and len(rows[row]) == width):
            row += 1
            rows += [""] * (row + 1 - len(rows))
        if letter:
            rows[row] += letter
    return rows


def test_a_search_that_goes_on_shows_the_earlier_best_and_a_taken_trial_leaves_its_slot() -> None:
    history = StudyHistory({TrialEnd.PRUNED: 3}, (BestEvaluation(7, 0.95, 1.0, {}),))
    started = search_started(trials=40, history=history)
    shown = "\n".join(" ".join(line.split()) for line in frame(started, trial_started(9), TrialTaken(9)))
    assert "best 0.9500 macro_f1, trial 7 at 100% of its budget" in shown
    assert "trials 3 of 40 ended, 3 pruned" in shown
    assert shown.count("idle") == 2


def test_the_terminal_is_given_back_after_an_exception() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True)
    with pytest.raises(RuntimeError, match="boom"), LiveView(console, SHALLOW) as view:
        view.notice(search_started())
        raise RuntimeError("boom")
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    assert out.getvalue().rindex(shown) > out.getvalue().rindex(hidden)
