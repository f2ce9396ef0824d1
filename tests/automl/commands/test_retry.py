from pathlib import Path

import pytest

from automl.commands.retry import retry
from automl.core.errors import UsageError
from automl.core.workspace import Workspace
from automl.storage.open_store import create_store
from automl.storage.study_store import StudyStore
from tests.automl.small_study import STUDY, make_study
from trials.protocol import TrialEnd


@pytest.fixture
def store(storage_url: str):
    made: StudyStore = create_store(Workspace(Path("runs"), storage_url))
    make_study(made)
    yield made
    made.close()


def test_each_trial_that_ended_so_is_tried_again_once(store):
    store.study(STUDY).note_end(1, TrialEnd.ERROR, "a bug")
    said = []
    assert retry(store.study(STUDY), [TrialEnd.ERROR], said.append)
    assert not retry(store.study(STUDY), [TrialEnd.ERROR, TrialEnd.OUT_OF_MEMORY], said.append)
    assert said == [
        "1 trial will be retried under new numbers: 3",
        "No trial of study 's' ended as error or out of memory and has not been retried already.",
    ]
    trials = store.study(STUDY).record().trials
    assert trials[3].state == "WAITING" and trials[3].params == trials[1].params


def test_an_unknown_study_is_refused(store):
    with pytest.raises(UsageError, match="no study 'x'"):
        retry(store.study("x"), [TrialEnd.ERROR], lambda _: None)
