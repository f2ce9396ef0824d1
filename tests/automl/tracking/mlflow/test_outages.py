"""The tracker while MLflow is away: a real server that comes up late and is killed, and one that never comes."""

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from automl.core.events import SearchEnded, StopReason, TrialEvaluated
from automl.core.records import StudyIdentity
from automl.core.trial_states import EFFECTS
from automl.tracking.mlflow.names import END_TAG
from automl.tracking.mlflow.sync import find_differences
from automl.tracking.mlflow.tracker import MlflowTracker
from automl.tracking.mlflow.ui.server import start_ui
from tests.automl.tracking.news import (
    evaluation,
    one_of_each_end,
    search_started,
    tracked,
    trial_ended,
    trial_evaluated,
    trial_started,
    winner,
)
from tests.automl.tracking.reading import SECONDS, histories, searches_of, trials_of
from tests.automl.tracking.server import MlflowServer
from tests.automl.tracking.studies import study, trial
from tests.waiting import wait_until
from trials.protocol import TrialEnd

pytestmark = pytest.mark.timeout(400)

STATUSES = {end: effect.mlflow_status for end, effect in EFFECTS.items()}


@pytest.mark.slow
def test_a_server_that_is_killed_and_started_again_gets_everything(tmp_path: Path) -> None:
    warnings: list[str] = []
    with MlflowServer(tmp_path) as server:
        tracker = MlflowTracker(server.uri, tmp_path / "not-used", tracked("killed"), warn=warnings.append)
        events = list(one_of_each_end())
        began = time.monotonic()
        for event in events[:7]:
            tracker.notice(event)
        assert time.monotonic() - began < 0.5, "a store that is not there holds nobody up"
        wait_until(lambda: bool(warnings), SECONDS)
        server.start()
        wait_until(lambda: len(histories(server.uri, "killed").get(0, [])) == 5, SECONDS)
        for event in events[7:12]:
            tracker.notice(event)
        server.kill()
        for event in events[12:]:
            tracker.notice(event)
        time.sleep(1)
        server.start()
        found = winner(tmp_path / "best")
        tracker.log_winner(found, [found.folder / "README.md"])
        assert tracker.close(90) == 0
        trials = trials_of(server.uri, "killed")
        assert {TrialEnd(run.data.tags[END_TAG]): run.info.status for run in trials.values()} == STATUSES
        assert [len(history) for _, history in sorted(histories(server.uri, "killed").items())] == [5, 2, 2, 2, 2, 2]
        assert len(searches_of(server.uri, "killed")) == 1
        assert len(warnings) == 1, warnings
        assert "does not answer" in warnings[0]
        assert list(server.files.rglob("confusion_matrix.png"))
        with start_ui(server.uri, None, 0, StudyIdentity("killed", "")) as page:
            assert not page.is_own_server
            assert page.url.startswith(f"{server.uri}/#/experiments/")


@pytest.mark.slow
def test_news_that_was_dropped_while_the_server_was_away_comes_from_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("automl.tracking.mlflow.tracker.MOST_WAITING", 20)
    ended = [trial(number, TrialEnd.PRUNED) for number in range(12)]
    told = study("dropped", *ended, replace(trial(12, None), evaluations=(evaluation(1, 0.4), evaluation(9, 0.9))))
    with MlflowServer(tmp_path) as server:
        tracker = MlflowTracker(server.uri, None, tracked("dropped"), lambda: told)
        for event in (search_started(), trial_started(12), trial_evaluated(12, 1, 0.4), trial_evaluated(12, 9, 0.9)):
            tracker.notice(event)
        for one in ended:
            tracker.notice(trial_started(one.number, **{"architecture.depth": 1 + one.number % 4}))
            for seen in one.evaluations:
                tracker.notice(TrialEvaluated(one.number, seen, seen.metrics["macro_f1"]))
            tracker.notice(replace(trial_ended(one.number, TrialEnd.PRUNED), cost=one.cost, cause=one.cause))
        server.start()
        wait_until(lambda: 12 in histories(server.uri, "dropped"), SECONDS)
        tracker.notice(trial_evaluated(12, 27, 0.95))
        tracker.notice(trial_ended(12, TrialEnd.COMPLETED, 0.95))
        tracker.notice(SearchEnded(StopReason.TRIALS))
        assert tracker.close(90) == 0
        whole = replace(told, trials=tuple(ended))
        assert find_differences(server.uri, whole) == ()
        last = trials_of(server.uri, "dropped")[12]
        assert last.info.status == "FINISHED"
        assert [step for step, _ in histories(server.uri, "dropped")[12]] == [111, 1000, 3000]
        (search,) = searches_of(server.uri, "dropped")
        assert search.data.metrics["best/macro_f1"] == 0.95


def test_close_tells_what_was_not_delivered_and_keeps_the_password_to_itself() -> None:
    warnings: list[str] = []
    tracker = MlflowTracker("http://me:secret@127.0.0.1:9", None, tracked("no body"), warn=warnings.append)
    tracker.notice(search_started())
    tracker.notice(SearchEnded(StopReason.TRIALS))
    assert tracker.close(2.0) == 2
    assert "2 of 2" in warnings[-1]
    assert "automl doctor 'no body' --fix" in warnings[-1]
    told = len(warnings)
    assert tracker.close() == 2, "closing again waits for nothing"
    assert len(warnings) == told
    assert "secret" not in " ".join(warnings)


def test_a_server_that_never_answered_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automl.tracking.mlflow.tracker.UNANSWERED_CLOSE_SECONDS", 1.0)
    tracker = MlflowTracker("http://127.0.0.1:9", None, tracked("never"), warn=lambda _: None)
    tracker.notice(search_started())
    began = time.monotonic()
    assert tracker.close() == 2
    assert time.monotonic() - began < 30


def test_ctrl_c_ends_the_waiting_at_once() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs in the background may ignore it
    warnings: list[str] = []
    tracker = MlflowTracker("http://127.0.0.1:9", None, tracked("hurry"), warn=warnings.append)
    tracker.notice(search_started())
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        tracker.close()
    assert time.monotonic() - began < 3
    assert "did not record 2 of 2" in warnings[-1]
