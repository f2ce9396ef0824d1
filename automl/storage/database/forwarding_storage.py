"""A base for Optuna storages that pass most calls on to another one."""

from typing import Any

from optuna.storages import BaseStorage


def _passed_on(name: str) -> Any:
    def method(self: "ForwardingStorage", *args: Any, **kwargs: Any) -> Any:
        return self._pass_on(name, *args, **kwargs)

    return method


class ForwardingStorage(BaseStorage):
    """Passes each call that a subclass does not define on to `storage`, which is `_storage` in the subclass."""

    def __init__(self, storage: BaseStorage) -> None:
        self._storage = storage

    def _pass_on(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._storage, name)(*args, **kwargs)

    create_new_study = _passed_on("create_new_study")
    delete_study = _passed_on("delete_study")
    set_study_user_attr = _passed_on("set_study_user_attr")
    set_study_system_attr = _passed_on("set_study_system_attr")
    get_study_id_from_name = _passed_on("get_study_id_from_name")
    get_study_name_from_id = _passed_on("get_study_name_from_id")
    get_study_directions = _passed_on("get_study_directions")
    get_study_user_attrs = _passed_on("get_study_user_attrs")
    get_study_system_attrs = _passed_on("get_study_system_attrs")
    get_all_studies = _passed_on("get_all_studies")
    create_new_trial = _passed_on("create_new_trial")
    set_trial_param = _passed_on("set_trial_param")
    get_trial_id_from_study_id_trial_number = _passed_on("get_trial_id_from_study_id_trial_number")
    set_trial_state_values = _passed_on("set_trial_state_values")
    set_trial_intermediate_value = _passed_on("set_trial_intermediate_value")
    set_trial_user_attr = _passed_on("set_trial_user_attr")
    set_trial_system_attr = _passed_on("set_trial_system_attr")
    get_trial = _passed_on("get_trial")
    get_all_trials = _passed_on("get_all_trials")
    get_best_trial = _passed_on("get_best_trial")
