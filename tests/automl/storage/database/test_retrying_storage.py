from collections.abc import Iterator, Sequence

import pytest
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage, RDBStorage
from optuna.study import StudyDirection
from optuna.trial import TrialState
from sqlalchemy.exc import OperationalError

from automl.storage.database import retry
from automl.storage.database.retry import RetryPolicy, no_retry
from automl.storage.database.retrying_storage import RetryingStorage


class AnswerLost(Exception):
    """The server did it, and died before it could say so."""


AnswerLost.__name__ = "OperationalError"


class Forgetful(RDBStorage):
    """A storage whose first answer to each kind of writing is lost."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.lost: set[str] = set()
        self.unsaid: Exception | None = None

    def _lose(self, kind: str) -> None:
        if kind not in self.lost:
            self.lost.add(kind)
            raise OperationalError(kind, {}, AnswerLost("server closed the connection unexpectedly"))

    def delete_study(self, study_id: int) -> None:
        super().delete_study(study_id)
        self._lose("delete")

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        if self.unsaid is not None:
            unsaid, self.unsaid = self.unsaid, None
            raise unsaid
        done = super().set_trial_state_values(trial_id, state, values)
        self._lose(state.name)
        return done

    def set_trial_user_attr(self, trial_id: int, key: str, value: object) -> None:
        super().set_trial_user_attr(trial_id, key, value)
        self._lose("attribute")

    def set_trial_intermediate_value(self, trial_id: int, step: int, intermediate_value: float) -> None:
        super().set_trial_intermediate_value(trial_id, step, intermediate_value)
        self._lose("report")


@pytest.fixture
def inner(storage_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forgetful]:
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    inner = Forgetful(storage_url)
    yield inner
    inner.engine.dispose()


def test_what_was_done_before_its_answer_was_lost_is_not_complained_about(inner):
    storage: BaseStorage = RetryingStorage(inner, RetryPolicy(lambda _: None, lambda: False))
    study_id = storage.create_new_study([StudyDirection.MAXIMIZE], "a study")
    trial_id = storage.create_new_trial(study_id)
    storage.set_trial_user_attr(trial_id, "key", 1)
    storage.set_trial_intermediate_value(trial_id, 1, 0.5)
    assert storage.set_trial_state_values(trial_id, TrialState.COMPLETE, [0.5])
    trial = storage.get_trial(trial_id)
    assert (trial.state, trial.value, trial.user_attrs, trial.intermediate_values) == (
        TrialState.COMPLETE,
        0.5,
        {"key": 1},
        {1: 0.5},
    )
    storage.delete_study(study_id)
    assert storage.get_all_studies() == []
    assert inner.lost == {"attribute", "report", "COMPLETE", "delete"}


def test_what_another_program_did_meanwhile_is_complained_about(inner):
    """The first answer was lost, and it was no success: the trial has ended otherwise, or never was."""

    def fail_elsewhere(told: str) -> None:
        if "does not answer" in told:
            inner.set_trial_state_values(trial_id, TrialState.FAIL)

    inner.lost.add("FAIL")
    trial_id = inner.create_new_trial(inner.create_new_study([StudyDirection.MAXIMIZE], "a study"))
    inner.unsaid = OperationalError("COMPLETE", {}, AnswerLost("connection refused"))
    with pytest.raises(UpdateFinishedTrialError):
        RetryingStorage(inner, RetryPolicy(fail_elsewhere, lambda: False)).set_trial_state_values(
            trial_id, TrialState.COMPLETE, [0.5]
        )
    assert inner.get_trial(trial_id).state == TrialState.FAIL
    with pytest.raises(KeyError):
        RetryingStorage(inner, no_retry()).delete_study(99)
    with pytest.raises(UpdateFinishedTrialError):
        RetryingStorage(inner, no_retry()).set_trial_state_values(trial_id, TrialState.FAIL)
