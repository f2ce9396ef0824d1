from dataclasses import replace

import pytest

from automl.core.records import Confirmation
from automl.tracking.boards.trial_runs import TrialRuns
from tests.automl.tracking.news import search_started, trial_ended, trial_evaluated, trial_started
from trials.protocol import TrialEnd


class Notebook(TrialRuns):
    """Notes what it is to write."""

    def __init__(self):
        super().__init__()
        self.logged, self.best = [], {}

    def close(self):
        pass

    def _log(self, number, metrics):
        self.logged.append((number, {name for name, _ in metrics}))

    def _end(self, event):
        self.best[event.number] = self._best(event)


@pytest.fixture
def board():
    return Notebook()


def write(board, *events):
    for event in events:
        board.write(event)


def test_scores_are_logged_and_the_best_is_shown_at_the_end(board):
    write(board, search_started(), trial_started(0), trial_evaluated(0, 81, 0.9))
    write(board, trial_ended(0, TrialEnd.COMPLETED, 0.9))
    ((number, names),) = board.logged
    assert number == 0 and {"validation/macro_f1", "best/macro_f1"} <= names
    assert board.best == {0: {"best/macro_f1": 0.9}}


def test_a_confirmation_has_scores_and_is_not_among_the_best(board):
    write(board, search_started(), replace(trial_started(7), confirms=Confirmation(3, 1)), trial_evaluated(7, 81, 0.9))
    write(board, trial_ended(7, TrialEnd.COMPLETED, 0.9))
    ((_, names),) = board.logged
    assert "validation/macro_f1" in names and not any(name.startswith("best/") for name in names)
    assert board.best == {7: {}}


def test_a_trial_without_a_model_has_no_best(board):
    write(board, search_started(), trial_started(1), trial_ended(1, TrialEnd.ERROR))
    assert board.best == {1: {}} and board.logged == []
