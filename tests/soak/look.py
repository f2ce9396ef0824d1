"""What SQL says about a study: read with Optuna's own storage and the attributes `automl.*`, not with our code."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlalchemy
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial
from sqlalchemy.pool import NullPool

STEPS = (1, *range(9, 82, 9))
"""The steps of the budget at which a trial is evaluated; the first looks at a sample, and its value is no yardstick."""

FINAL = frozenset({"COMPLETE", "PRUNED", "FAIL"})
EVALUATION = "automl.evaluation."

SQLITE = "sqlite:///"

STUDY = sqlalchemy.text("SELECT study_id FROM studies WHERE study_name = :study")
PROGRESS = sqlalchemy.text(
    "SELECT trials.number, attributes.key FROM trial_user_attributes AS attributes "
    "JOIN trials ON trials.trial_id = attributes.trial_id JOIN studies ON studies.study_id = trials.study_id "
    f"WHERE studies.study_name = :study AND attributes.key LIKE '{EVALUATION}%' AND attributes.value_json <> 'null'"
)


@dataclass(frozen=True)
class SeenEvaluation:
    """One evaluation as SQL holds it: training examples so far, and the study's metric."""

    examples: int
    value: float


@dataclass(frozen=True)
class SeenTrial:
    """One trial as SQL holds it. `end` is None where none is told; `evaluations` go by step."""

    number: int
    state: str
    end: str | None
    value: float | None
    params: Mapping[str, object]
    evaluations: Mapping[int, SeenEvaluation]
    is_copy: bool = False

    @property
    def step(self) -> int:
        """The last step that was evaluated, 0 before the first."""
        return max(self.evaluations, default=0)


@dataclass(frozen=True)
class Look:
    """A study at one moment; values are maximized."""

    trials: tuple[SeenTrial, ...]

    @cached_property
    def by_number(self) -> dict[int, SeenTrial]:
        """The trials by number; of two with one number the later one."""
        return {trial.number: trial for trial in self.trials}

    @property
    def running(self) -> int:
        """How many trials SQL calls running."""
        return sum(trial.state == "RUNNING" for trial in self.trials)

    @property
    def best(self) -> float:
        """Optuna's best value: of the trials that were completed."""
        return max((trial.value for trial in self.trials if trial.state == "COMPLETE" and trial.value), default=0.0)

    @property
    def best_evaluation(self) -> float:
        """The best value of any evaluation on the whole validation split."""
        found = (seen.value for trial in self.trials for step, seen in trial.evaluations.items() if step > STEPS[0])
        return max(found, default=0.0)


class Database:
    """Looks at one study. Each look has a connection of its own, as others' connections are what we cut.

    What SQLAlchemy raises is passed on where the database does not answer.
    """

    def __init__(self, url: str, study: str, metric: str) -> None:
        self._file = Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None
        self._url = f"{SQLITE}file:{self._file}?mode=ro&uri=true" if self._file else url
        self._study = study
        self._metric = metric
        self._engine = sqlalchemy.create_engine(self._url, poolclass=NullPool)

    def is_there(self) -> bool:
        """Whether the study has been made."""
        if self._file and not self._file.exists():
            return False
        with self._engine.connect() as connection:
            if not sqlalchemy.inspect(connection).has_table("trial_user_attributes"):
                return False
            return connection.execute(STUDY, {"study": self._study}).first() is not None

    def look(self) -> Look:
        """The whole study; without trials before it is there."""
        if not self.is_there():  # Optuna's storage would begin to make tables, which is not ours to do
            return Look(())
        storage = RDBStorage(self._url, engine_kwargs={"poolclass": NullPool}, skip_table_creation=True)
        try:
            study = storage.get_study_id_from_name(self._study)
            return Look(tuple(self._seen(trial) for trial in storage.get_all_trials(study, deepcopy=False)))
        finally:
            storage.remove_session()
            storage.engine.dispose()

    def evaluated(self) -> frozenset[tuple[int, int]]:
        """Every evaluation of the study, as trial number and step; quick, to be asked often."""
        if not self.is_there():
            return frozenset()
        with self._engine.connect() as connection:
            rows = connection.execute(PROGRESS, {"study": self._study}).all()
        return frozenset((number, int(key.removeprefix(EVALUATION))) for number, key in rows)

    def _seen(self, trial: FrozenTrial) -> SeenTrial:
        told = {
            int(key.removeprefix(EVALUATION)): value
            for key, value in trial.user_attrs.items()
            if key.startswith(EVALUATION) and value is not None
        }
        return SeenTrial(
            number=trial.number,
            state=trial.state.name,
            end=trial.user_attrs.get("automl.end"),
            value=trial.values[0] if trial.values else None,
            params=trial.params or trial.system_attrs.get("fixed_params", {}),
            evaluations={
                step: SeenEvaluation(each["examples"], each["metrics"][self._metric]) for step, each in told.items()
            },
            is_copy="automl.retry_of" in trial.user_attrs,
        )
