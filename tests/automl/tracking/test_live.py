import io
import time

import pytest
from rich.console import Console

from automl.search.events import Event, SearchEnded, StopReason
from automl.tracking.live import LiveView
from tests.automl.tracking.news import search_started, trial_ended, trial_evaluated, trial_started
from trials.record import TrialEnd


def frame(*events: Event, width: int = 80, height: int = 24, mlflow: str | None = None) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    view = LiveView(console, mlflow=mlflow)
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


def test_the_height_does_not_change_while_trials_come_and_go() -> None:
    events = half_a_search()
    assert len({len(frame(*events[:count])) for count in range(1, len(events) + 1)}) == 1


def test_many_slots_fit_on_a_small_screen() -> None:
    events = [search_started(slots=64), *(trial_started(number) for number in range(64))]
    lines = frame(*events, height=20)
    assert len(lines) <= 20
    assert any("more trials" in line for line in lines)


def test_mlflow_address_and_reason_of_the_end_are_shown() -> None:
    shown = "\n".join(frame(*half_a_search(), SearchEnded(StopReason.TIME), mlflow="http://mlflow/#/x"))
    assert "http://mlflow/#/x" in shown
    assert "time budget spent" in shown


def test_the_terminal_is_given_back_after_an_exception() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True)
    with pytest.raises(RuntimeError, match="boom"), LiveView(console) as view:
        view.notice(search_started())
        raise RuntimeError("boom")
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    assert out.getvalue().rindex(shown) > out.getvalue().rindex(hidden)
