"""Events that are written twice, because an answer was lost. The whole of a search is in test_tracker.py."""

import pytest
from mlflow import MlflowClient

from automl.core.events import SearchEnded, StopReason, TrialTaken
from automl.tracking.mlflow.names import DRIVER_TAG, END_TAG
from automl.tracking.mlflow.writer import MlflowWriter
from tests.automl.tracking.news import search_started, tracked, trial_ended, trial_evaluated, trial_started
from tests.automl.tracking.reading import history_of, searches_of, trials_of
from trials.protocol import TrialEnd


def test_an_event_that_is_written_again_changes_nothing(mlflow_uri):
    of = tracked("written twice")
    client = MlflowClient(mlflow_uri)
    writer, again = (MlflowWriter(client, None, of) for _ in range(2))
    events = (
        search_started(),
        trial_started(0),
        trial_evaluated(0, 1, 0.5),
        trial_ended(0, TrialEnd.COMPLETED, 0.5),
        SearchEnded(StopReason.TRIALS),
    )
    for at, event in enumerate(events, start=1):
        for each in (writer, again, writer):
            each.write(event, 1000 * at)
    (search,), trials = searches_of(mlflow_uri, "written twice"), trials_of(mlflow_uri, "written twice")
    assert list(trials) == [0]
    assert (search.info.status, trials[0].info.status) == ("FINISHED", "FINISHED")
    assert (trials[0].info.start_time, trials[0].info.end_time) == (2000, 4000)
    assert {value for _, value in history_of(mlflow_uri, trials[0], "validation/macro_f1")} == {0.5}
    assert (trials[0].data.tags[END_TAG], trials[0].data.tags[DRIVER_TAG]) == ("completed", "")


def test_nothing_can_be_written_before_its_beginning(mlflow_uri):
    writer = MlflowWriter(MlflowClient(mlflow_uri), None, tracked("never begun"))
    with pytest.raises(LookupError, match="the search of study 'never begun' must be started"):
        writer.write(trial_started(0), 1)
    writer.write(search_started(), 1)
    with pytest.raises(LookupError, match="trial 7 must be started"):
        writer.write(trial_evaluated(7, 1, 0.5), 1)


def test_a_trial_that_another_driver_took_is_closed_by_that_one(mlflow_uri):
    writer = MlflowWriter(MlflowClient(mlflow_uri), None, tracked("taken"))
    for event in (search_started(), trial_started(0), trial_started(1), TrialTaken(0)):
        writer.write(event, 1000)
    writer.write(SearchEnded(StopReason.INTERRUPTED), 2000)
    statuses = {number: run.info.status for number, run in trials_of(mlflow_uri, "taken").items()}
    assert statuses == {0: "RUNNING", 1: "KILLED"}
