"""The part of Optuna's storage that is about a study as a whole, for a storage that knows one study only."""

from collections.abc import Sequence
from typing import Any

from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial


class SingleStudyStorage(BaseStorage):
    """Passes questions about the study itself on to `storage`; they are rare."""

    def __init__(self, storage: BaseStorage, study_id: int) -> None:
        self._storage = storage
        self._study_id = study_id
        self._directions = storage.get_study_directions(study_id)

    @property
    def signs(self) -> tuple[float, ...]:
        """By objective, what a value is multiplied by, so that less is better."""
        return tuple(-1.0 if direction == StudyDirection.MAXIMIZE else 1.0 for direction in self._directions)

    def get_best_trial(self, study_id: int) -> FrozenTrial:
        """The best of all, as the database has it."""
        return self._storage.get_best_trial(study_id)

    def create_new_study(self, directions: Sequence[StudyDirection], study_name: str | None = None) -> int:
        """Made at once; it is not this one."""
        return self._storage.create_new_study(directions, study_name)

    def delete_study(self, study_id: int) -> None:
        """Deleted at once."""
        self._storage.delete_study(study_id)

    def set_study_user_attr(self, study_id: int, key: str, value: Any) -> None:
        """Written at once."""
        self._storage.set_study_user_attr(study_id, key, value)

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        """Written at once."""
        self._storage.set_study_system_attr(study_id, key, value)

    def get_study_id_from_name(self, study_name: str) -> int:
        """As the database has it."""
        return self._storage.get_study_id_from_name(study_name)

    def get_study_name_from_id(self, study_id: int) -> str:
        """As the database has it."""
        return self._storage.get_study_name_from_id(study_id)

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:
        """They never change."""
        return self._directions

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:
        """As the database has it."""
        return self._storage.get_study_user_attrs(study_id)

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        """As the database has it."""
        return self._storage.get_study_system_attrs(study_id)

    def get_all_studies(self) -> list[Any]:
        """As the database has it."""
        return self._storage.get_all_studies()
