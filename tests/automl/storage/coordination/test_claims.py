from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState
from sqlalchemy import update

from automl.storage.coordination import claims
from automl.storage.coordination.driver_list import register
from automl.storage.coordination.process_identity import this_process
from automl.storage.database.database import Database
from automl.storage.database.tables import DRIVERS
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, opened
from trials.protocol import TrialEnd

MINE, THEIRS = "a" * 32, "b" * 32


class Scene:
    """One study, of which two drivers are registered."""

    def __init__(self, url: str, store: StudyStore) -> None:
        self.database = Database(url)
        self.study = opened(store)
        self.id = self.study._study_id
        for driver in (MINE, THEIRS):
            self.do(register, self.id, driver, this_process(), Path())

    def do(self, work, *arguments):
        return self.database.run(lambda connection: work(connection, *arguments))

    def begin(self, driver: str | None = None) -> optuna.Trial:
        trial = self.study.ask()
        if driver is not None:
            self.do(claims.claim, trial._trial_id, driver)
        return trial

    def owners(self) -> dict[int, str | None]:
        running = self.do(claims.running_trials, self.id)
        return {trial.number: trial.owner and trial.owner.id for trial in running}

    def take(self, seen: claims.ClaimedTrial) -> bool:
        return self.do(claims.take, seen, "it died")


@pytest.fixture
def scene(store: StudyStore, storage_url: str) -> Iterator[Scene]:
    scene = Scene(storage_url, store)
    yield scene
    scene.database.close()


def test_the_first_claim_counts_and_only_on_a_trial_that_runs(scene):
    trial = scene.begin(MINE)
    scene.do(claims.claim, trial._trial_id, THEIRS)
    assert scene.owners() == {0: MINE}
    scene.do(claims.release, trial._trial_id)
    scene.do(claims.claim, trial._trial_id, MINE)
    assert scene.begin().number == 0
    assert scene.owners() == {0: None}, "the claim came while it waited"


def test_a_claim_is_held_by_its_driver_while_the_trial_runs(scene):
    trial = scene.begin(MINE)
    assert scene.do(claims.hold, trial._trial_id, MINE)
    assert not scene.do(claims.hold, trial._trial_id, THEIRS)
    scene.study.tell(trial, 0.5)
    assert not scene.do(claims.hold, trial._trial_id, MINE)


def test_a_trial_is_released_once_and_never_after_its_end(scene):
    trial, ended = scene.begin(MINE), scene.begin(MINE)
    assert scene.do(claims.release, trial._trial_id)
    assert not scene.do(claims.release, trial._trial_id)
    scene.study.tell(ended, 0.5)
    assert not scene.do(claims.release, ended._trial_id)
    assert [each.state for each in scene.study.trials] == [TrialState.WAITING, TrialState.COMPLETE]
    assert scene.owners() == {}


def test_a_trial_is_not_taken_from_a_driver_that_has_beaten_since_the_look(scene):
    scene.begin(THEIRS)
    (seen,) = scene.do(claims.running_trials, scene.id)
    with scene.database.engine.begin() as connection:
        connection.execute(update(DRIVERS).where(DRIVERS.c.id == THEIRS).values(beat=DRIVERS.c.beat + 1))
    assert not scene.take(seen)
    assert scene.owners() == {0: THEIRS}
    (again,) = scene.do(claims.running_trials, scene.id)
    assert scene.take(again)
    assert not scene.take(again), "it waits now"
    (trial,) = scene.study.trials
    assert trial.state == TrialState.WAITING
    assert trial.user_attrs == {"automl.end": TrialEnd.PREEMPTED.value, "automl.cause": "it died"}


def test_a_driver_whose_trial_is_taken_is_marked_as_ended(scene):
    scene.begin(THEIRS)
    later = scene.begin(THEIRS)
    (first, _) = scene.do(claims.running_trials, scene.id)
    assert scene.take(first)
    (left,) = scene.do(claims.running_trials, scene.id)
    assert (left.number, left.owner.has_ended) == (later.number, True)


def test_a_trial_without_an_owner_is_only_taken_as_such(scene):
    """The other driver may be about to claim it, unless whoever asks has the turn."""
    scene.begin(MINE)
    lost = scene.begin()
    (seen,) = (trial for trial in scene.do(claims.running_trials, scene.id) if trial.owner is None)
    assert not scene.take(seen)
    assert scene.do(claims.take_ownerless, scene.id, "unclaimed") == [lost.number]
    assert scene.do(claims.take_ownerless, scene.id, "unclaimed") == []
    assert scene.owners() == {0: MINE}


def test_the_claim_of_a_driver_that_the_database_does_not_know_can_be_taken(scene):
    scene.begin("c" * 32)
    (seen,) = scene.do(claims.running_trials, scene.id)
    assert (seen.owner.beat, seen.owner.has_ended, seen.owner.process) == (None, True, None)
    assert scene.take(seen)


def test_an_attribute_is_written_as_optuna_does_but_also_after_the_end(scene, storage_url):
    trial = scene.begin(MINE)
    trial.set_user_attr("kept", [1, None])
    scene.study.tell(trial, 0.5)
    for value in ({"first": 1}, {"ü": ["é", 0.5]}):
        scene.do(claims.write_trial_attribute, trial._trial_id, "key", value)
    read = optuna.load_study(study_name=NEW.name, storage=storage_url).trials[0]
    assert read.user_attrs == {"kept": [1, None], "key": {"ü": ["é", 0.5]}}


def test_a_turn_that_another_has_can_be_skipped(scene):
    with scene.database.engine.begin() as first, scene.database.engine.begin() as second:
        assert claims.lock_study(first, scene.id)
        if scene.database.is_shared:
            assert not claims.lock_study(second, scene.id, or_skip=True)
    assert scene.do(lambda connection: claims.lock_study(connection, scene.id, or_skip=True))
