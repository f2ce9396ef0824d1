"""Compares MLflow with the database, repairs it, and deletes studies from it: for `automl doctor` and `delete`.

The database is the only source of truth about a study. MLflow's records can be rewritten from it at any time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from automl.core import StudyIdentity, StudyRecord, WorkspaceError, one_line, without_password
from automl.tracking.mlflow.event_queue import Registration
from automl.tracking.mlflow.names import is_server, sqlite_file
from automl.tracking.mlflow.quiet import quieten_mlflow
from automl.tracking.mlflow.repair import DriverActivity, compare
from automl.tracking.mlflow.stored_run import StoredRun


def find_differences(uri: str, study: StudyRecord) -> tuple[str, ...]:
    """Find where MLflow disagrees with the database, and change nothing.

    Args:
        uri: the MLflow store.
        study: the study as the database has it; no live driver works on it.

    Returns:
        Sentences for the user.

    Raises:
        WorkspaceError: MLflow does not answer.
    """
    runs: list[StoredRun] = []
    if not _is_missing(uri):
        with _translated_errors(uri):
            from mlflow import MlflowClient  # noqa: PLC0415  (takes 1.5 s; after the environment is set)

            from automl.tracking.mlflow.experiment import DELETED, find_experiment  # noqa: PLC0415
            from automl.tracking.mlflow.runs import read_runs  # noqa: PLC0415

            client = MlflowClient(uri)
            experiment = find_experiment(client, study.identity)
            if experiment is not None and experiment.lifecycle_stage != DELETED:
                runs = read_runs(client, experiment.experiment_id, study.uuid)
    return tuple(found for repair in compare(study, runs, DriverActivity(frozenset())) for found in repair.differences)


def repair_differences(uri: str, artifact_root: Path | None, study: StudyRecord) -> tuple[str, ...]:
    """Repair MLflow so that it agrees with the database; a second call changes nothing.

    Args:
        uri: the MLflow store.
        artifact_root: parent folder for the files of a new experiment; ignored if `uri` names a server.
        study: the study as the database has it; no live driver works on it.

    Returns:
        The differences that were repaired, as sentences for the user.

    Raises:
        WorkspaceError: MLflow does not answer.
    """
    with _translated_errors(uri):
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow.experiment import open_experiment  # noqa: PLC0415
        from automl.tracking.mlflow.repair import reconcile  # noqa: PLC0415
        from automl.tracking.mlflow.sqlite_database import make_database  # noqa: PLC0415

        make_database(uri)
        client = MlflowClient(uri)
        root = None if is_server(uri) else artifact_root
        experiment_id = open_experiment(client, study.identity, root)
        return reconcile(client, experiment_id, study, frozenset)


def register_model(
    uri: str, artifact_root: Path | None, study: StudyIdentity, folder: Path, registration: Registration
) -> str:
    """Register a model that was handed over in MLflow's Model Registry; it is logged first, if MLflow lacks it.

    Args:
        uri: the MLflow store.
        artifact_root: parent folder for the files of a new experiment; ignored if `uri` names a server.
        study: name and uuid of the study.
        folder: the folder of the model, with its `automl.json`.
        registration: name and alias in the registry.

    Returns:
        The version of the registered model.

    Raises:
        WorkspaceError: MLflow does not answer, or refuses.
    """
    with _translated_errors(uri):
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow.model import register_handed_over  # noqa: PLC0415
        from automl.tracking.mlflow.sqlite_database import make_database  # noqa: PLC0415

        make_database(uri)
        root = None if is_server(uri) else artifact_root
        return register_handed_over(MlflowClient(uri), study, root, folder, registration)


def count_runs(uri: str, study: StudyIdentity) -> int:
    """Return the number of runs of the study in MLflow, of its searches and of its trials.

    Args:
        uri: the MLflow store.
        study: name and uuid of the study.

    Raises:
        WorkspaceError: MLflow does not answer.
    """
    if _is_missing(uri):
        return 0
    with _translated_errors(uri):
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow.experiment import find_experiment  # noqa: PLC0415
        from automl.tracking.mlflow.runs import find_runs  # noqa: PLC0415

        client = MlflowClient(uri)
        experiment = find_experiment(client, study)
        return 0 if experiment is None else sum(1 for _ in find_runs(client, experiment.experiment_id, study.uuid))


def delete_study_from_mlflow(uri: str, study: StudyIdentity, artifact_root: Path | None) -> bool:
    """Delete a study's experiment with its runs; afterwards its name is free.

    A SQLite file keeps nothing of the experiment. Other stores mark it as deleted, until `mlflow gc` removes it.

    Args:
        uri: the MLflow store.
        study: name and uuid of the study.
        artifact_root: the experiment's files are deleted if they are below this folder; None: they stay.

    Returns:
        True if there was an experiment to delete.

    Raises:
        WorkspaceError: MLflow does not answer, or the files cannot be deleted.
    """
    if _is_missing(uri):
        return False
    with _translated_errors(uri):
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow.delete import delete_experiments  # noqa: PLC0415

        return delete_experiments(MlflowClient(uri), study, artifact_root, forget=sqlite_file(uri) is not None)


def _is_missing(uri: str) -> bool:
    """Return whether `uri` names a SQLite file that does not exist; MLflow would silently create it."""
    file = sqlite_file(uri)
    return file is not None and not file.is_file()


@contextmanager
def _translated_errors(uri: str) -> Iterator[None]:
    quieten_mlflow()
    from mlflow import MlflowException  # noqa: PLC0415

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError, ImportError) as error:
        address = without_password(uri)
        raise WorkspaceError(f"MLflow at {address} must answer, but its answer was: {one_line(error)}") from None
