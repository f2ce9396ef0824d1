"""Optuna's storage with retries: an outage of the database costs time, but no result."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.trial import TrialState

from automl.storage.database.forwarding_storage import ForwardingStorage
from automl.storage.database.retry import RetryPolicy


class RetryingStorage(ForwardingStorage):
    """Passes every call to `storage`, and retries it during an outage of the database.

    An attempt without a reply may have succeeded. Most calls are idempotent; where a retry fails because of the first
    attempt's effect, that counts as success. A retry may create a study or a trial twice, so callers create them
    within `RetryPolicy.run_as_one`, and handle duplicates.
    """

    def __init__(self, storage: BaseStorage, retry_policy: RetryPolicy) -> None:
        super().__init__(storage)
        self._retry_policy = retry_policy

    def _pass_on(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._retry_policy.run(partial(super()._pass_on, name, *args, **kwargs))

    def delete_study(self, study_id: int) -> None:
        def delete_again() -> None:
            try:
                self._storage.delete_study(study_id)
            except KeyError:
                return  # the first attempt has deleted it

        self._retry_policy.run(partial(self._storage.delete_study, study_id), delete_again)

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        def set_again() -> bool:
            try:
                return self._storage.set_trial_state_values(trial_id, state, values)
            except UpdateFinishedTrialError:
                if self._storage.get_trial(trial_id).state != state:
                    raise
                return True

        return self._retry_policy.run(partial(self._storage.set_trial_state_values, trial_id, state, values), set_again)

    def remove_session(self) -> None:
        self._storage.remove_session()
