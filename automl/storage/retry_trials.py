"""Retries of trials that have ended: a copy of each, with the same parameters and a new number."""

from collections.abc import Collection

from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.storage import attributes
from automl.storage.coordination import write_trial_attribute
from automl.storage.database import Database, database_lock
from trials.protocol import TrialEnd


def retry_trials(database: Database, study_id: int, ends: Collection[TrialEnd]) -> list[int]:
    """Enqueue a copy of every trial that ended in one of the given ways and has no copy yet.

    The copy's reference to its original decides whether a copy exists. The original refers to its copy too, but a
    kill between the two writes can leave that reference out.

    Args:
        database: the database of studies.
        study_id: Optuna's id of the study.
        ends: the kinds of end whose trials are retried.

    Returns:
        The numbers of the copies.
    """
    return database.retry_policy.run_as_one(lambda: _retry(database, study_id, ends))


def _retry(database: Database, study_id: int, ends: Collection[TrialEnd]) -> list[int]:
    with database_lock(database.engine, "studies"):
        trials = database.storage.get_all_trials(study_id, deepcopy=False)
        copies = {trial.user_attrs.get(attributes.RETRY_OF): trial.number for trial in trials}
        numbers = []
        for trial in trials:
            if not trial.state.is_finished() or attributes.read_end(trial.user_attrs) not in ends:
                continue
            if trial.number not in copies:
                copies[trial.number] = _enqueue(database, study_id, trial)
                numbers.append(copies[trial.number])
            if trial.user_attrs.get(attributes.RETRIED_BY) != copies[trial.number]:
                _mark(database, study_id, trial.number, copies[trial.number])
        return numbers


def _enqueue(database: Database, study_id: int, trial: FrozenTrial) -> int:
    params = trial.params or trial.system_attrs.get("fixed_params", {})
    kept = (attributes.LINEAGE, attributes.CONFIRMS)
    own = {key: value for key, value in trial.user_attrs.items() if key in kept}
    copy = create_trial(
        state=TrialState.WAITING,
        system_attrs={"fixed_params": params},  # as Study.enqueue_trial writes it, which does not return the number
        user_attrs={attributes.RETRY_OF: trial.number, **own},
    )
    return database.storage.get_trial_number_from_id(database.storage.create_new_trial(study_id, copy))


def _mark(database: Database, study_id: int, number: int, copy: int) -> None:
    trial_id = database.storage.get_trial_id_from_study_id_trial_number(study_id, number)
    database.run(lambda connection: write_trial_attribute(connection, trial_id, attributes.RETRIED_BY, copy))
