"""The part of Optuna's storage that is about a study as a whole, for a storage that knows one study only."""

from optuna.storages import BaseStorage
from optuna.study import StudyDirection

from automl.storage.database import ForwardingStorage


class SingleStudyStorage(ForwardingStorage):
    """Passes calls about the study itself on to `storage`; they are rare. Directions never change."""

    def __init__(self, storage: BaseStorage, study_id: int) -> None:
        super().__init__(storage)
        self._study_id = study_id
        self._directions = storage.get_study_directions(study_id)

    @property
    def signs(self) -> tuple[float, ...]:
        """Factors of the objectives that turn maximization into minimization: 1 or -1 for each."""
        return tuple(-1.0 if direction == StudyDirection.MAXIMIZE else 1.0 for direction in self._directions)

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:
        """Return the directions; they never change."""
        return self._directions
