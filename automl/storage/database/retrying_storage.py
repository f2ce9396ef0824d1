"""Optuna's storage with retries: an outage of the database costs time, but no result."""

from collections.abc import Callable, Container, Sequence
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from automl.storage.database.retry import Result, RetryPolicy


class RetryingStorage(BaseStorage):
    """Passes every call to `inner`, and retries it during an outage of the database.

    An attempt without a reply may have succeeded. Most calls are idempotent; where a retry fails because of the first
    attempt's effect, that counts as success. A retry may create a study or a trial twice, so callers create them
    within `RetryPolicy.run_as_one`, and handle duplicates.
    """

    def __init__(self, inner: BaseStorage, retry_policy: RetryPolicy) -> None:
        self._inner = inner
        self._retry_policy = retry_policy

    def _run(self, work: Callable[[], Result], again: Callable[[], Result] | None = None) -> Result:
        return self._retry_policy.run(work, again)

    def create_new_study(self, directions: Sequence[StudyDirection], study_name: str | None = None) -> int:
        return self._run(lambda: self._inner.create_new_study(directions, study_name))

    def delete_study(self, study_id: int) -> None:
        def delete_again() -> None:
            try:
                self._inner.delete_study(study_id)
            except KeyError:
                return  # the first attempt has deleted it

        self._run(lambda: self._inner.delete_study(study_id), delete_again)

    def set_study_user_attr(self, study_id: int, key: str, value: Any) -> None:
        self._run(lambda: self._inner.set_study_user_attr(study_id, key, value))

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        self._run(lambda: self._inner.set_study_system_attr(study_id, key, value))

    def get_study_id_from_name(self, study_name: str) -> int:
        return self._run(lambda: self._inner.get_study_id_from_name(study_name))

    def get_study_name_from_id(self, study_id: int) -> str:
        return self._run(lambda: self._inner.get_study_name_from_id(study_id))

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:
        return self._run(lambda: self._inner.get_study_directions(study_id))

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:
        return self._run(lambda: self._inner.get_study_user_attrs(study_id))

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        return self._run(lambda: self._inner.get_study_system_attrs(study_id))

    def get_all_studies(self) -> list[Any]:
        return self._run(self._inner.get_all_studies)

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        return self._run(lambda: self._inner.create_new_trial(study_id, template_trial))

    def set_trial_param(
        self, trial_id: int, param_name: str, param_value_internal: float, distribution: BaseDistribution
    ) -> None:
        self._run(lambda: self._inner.set_trial_param(trial_id, param_name, param_value_internal, distribution))

    def get_trial_id_from_study_id_trial_number(self, study_id: int, trial_number: int) -> int:
        return self._run(lambda: self._inner.get_trial_id_from_study_id_trial_number(study_id, trial_number))

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        def set_again() -> bool:
            try:
                return self._inner.set_trial_state_values(trial_id, state, values)
            except UpdateFinishedTrialError:
                if self._inner.get_trial(trial_id).state != state:
                    raise
                return True

        return self._run(lambda: self._inner.set_trial_state_values(trial_id, state, values), set_again)

    def set_trial_intermediate_value(self, trial_id: int, step: int, intermediate_value: float) -> None:
        self._run(lambda: self._inner.set_trial_intermediate_value(trial_id, step, intermediate_value))

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._run(lambda: self._inner.set_trial_user_attr(trial_id, key, value))

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._run(lambda: self._inner.set_trial_system_attr(trial_id, key, value))

    def get_trial(self, trial_id: int) -> FrozenTrial:
        return self._run(lambda: self._inner.get_trial(trial_id))

    def get_all_trials(
        self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        return self._run(lambda: self._inner.get_all_trials(study_id, deepcopy, states))

    def get_best_trial(self, study_id: int) -> FrozenTrial:
        return self._run(lambda: self._inner.get_best_trial(study_id))

    def remove_session(self) -> None:
        self._inner.remove_session()
