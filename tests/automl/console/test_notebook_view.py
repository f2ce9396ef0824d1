import pytest

from automl.console.notebook_view import NotebookView, notebook_display
from automl.core import SearchEnded, SearchStarted, StopReason, TrialStarted
from tests.automl.goals import MACRO_F1
from tests.clock import Clock


class Output:
    """A notebook's output: all that was ever drawn in it."""

    def __init__(self):
        self.drawn = []

    def display(self, thing):
        self.update(thing)
        return self

    def update(self, thing):
        self.drawn.append(thing)


@pytest.fixture
def clock():
    return Clock()


def test_one_output_shows_the_last_state_as_html_and_as_text(clock):
    output = Output()
    with NotebookView(output.display, {"depth": 2}, clock) as view:
        view.notice(SearchStarted("reviews", MACRO_F1, 1, None, 0.0, None, None, {}))
        clock.now += 1
        view.notice(TrialStarted(0, {"depth": 2}, resumed=False))
        clock.now += 1
        view.notice(TrialStarted(1, {"depth": 5}, resumed=False))
        view.notice(SearchEnded(StopReason.TIME))
    last = output.drawn[-1]
    assert "reviews" in repr(last) and "time budget spent" in repr(last)
    assert last._repr_html_().startswith("<pre") and "reviews" in last._repr_html_()
    assert any("depth=5" in repr(thing) for thing in output.drawn)


def test_many_events_at_once_are_drawn_once(clock):
    output = Output()
    with NotebookView(output.display, {}, clock) as view:
        begun = len(output.drawn)
        for number in range(100):
            view.notice(TrialStarted(number, {}, resumed=False))
        assert len(output.drawn) == begun


def test_without_a_notebook_there_is_no_display():
    assert notebook_display() is None
