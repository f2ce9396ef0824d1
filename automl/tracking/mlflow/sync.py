"""Compares MLflow with the database, makes it equal, and deletes a study from it: for `automl doctor` and `delete`.

The database is the only truth about a study, MLflow a picture of it that can be drawn again at any time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from automl.core import StudyRecord, WorkspaceError, without_password
from automl.tracking.mlflow.names import is_server, sqlite_file
from automl.tracking.mlflow.quiet import quieten_mlflow
from automl.tracking.mlflow.repair import Difference, DriverActivity, compare
from automl.tracking.mlflow.stored_run import StoredRun


def find_differences(
    uri: str, study: StudyRecord, live: Callable[[], frozenset[str]] = frozenset
) -> tuple[Difference, ...]:
    """Where MLflow at `uri` disagrees with the database about `study`. Changes nothing.

    `live` gives the ids of the drivers that work on the study now; what they work on is left to them.

    Raises:
        WorkspaceError: MLflow does not answer.
    """
    runs: list[StoredRun] = []
    before = live()
    if not _is_missing(uri):
        with _talking(uri):
            from mlflow import MlflowClient  # noqa: PLC0415  (takes 1.5 s; after the environment is set)

            from automl.tracking.mlflow.experiment import DELETED, find_experiment  # noqa: PLC0415
            from automl.tracking.mlflow.runs import read_runs  # noqa: PLC0415

            client = MlflowClient(uri)
            experiment = find_experiment(client, study.name, study.uuid)
            if experiment is not None and experiment.lifecycle_stage != DELETED:
                runs = read_runs(client, experiment.experiment_id, study.uuid)
    drivers = DriverActivity(before | live())
    return tuple(found for repair in compare(study, runs, drivers) for found in repair.differences)


def mend_differences(
    uri: str, artifact_root: Path | None, study: StudyRecord, live: Callable[[], frozenset[str]] = frozenset
) -> tuple[Difference, ...]:
    """Makes MLflow equal to the database about `study`, and says what was wrong. Doing it twice changes nothing.

    `artifact_root` is where a new experiment keeps its files, unless a server does.

    Raises:
        WorkspaceError: MLflow does not answer.
    """
    with _talking(uri):
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow.experiment import open_experiment  # noqa: PLC0415
        from automl.tracking.mlflow.repair import reconcile  # noqa: PLC0415
        from automl.tracking.mlflow.sqlite_database import make_database  # noqa: PLC0415

        make_database(uri)
        client = MlflowClient(uri)
        root = None if is_server(uri) else artifact_root
        experiment_id = open_experiment(client, study.name, study.uuid, root)
        return reconcile(client, experiment_id, study, live)


def count_runs(uri: str, study: str, uuid: str) -> int:
    """How many runs of the study MLflow has, those of its searches and those of its trials. Changes nothing.

    Raises:
        WorkspaceError: MLflow does not answer.
    """
    if _is_missing(uri):
        return 0
    with _talking(uri):
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow.experiment import find_experiment  # noqa: PLC0415
        from automl.tracking.mlflow.runs import find_runs  # noqa: PLC0415

        client = MlflowClient(uri)
        experiment = find_experiment(client, study, uuid)
        return 0 if experiment is None else sum(1 for _ in find_runs(client, experiment.experiment_id, uuid))


def delete_study_from_mlflow(uri: str, study: str, uuid: str, artifact_root: Path | None) -> bool:
    """Deletes a study's experiment with its runs, and says whether there was one; afterwards its name is free.

    In a SQLite file nothing is left of it; elsewhere it goes into MLflow's bin, which `mlflow gc` empties. Of its files
    those below `artifact_root` are deleted, and no others.

    Raises:
        WorkspaceError: MLflow does not answer, or the files cannot be deleted.
    """
    if _is_missing(uri):
        return False
    with _talking(uri):
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow.delete import delete_experiments  # noqa: PLC0415

        return delete_experiments(MlflowClient(uri), study, uuid, artifact_root, forget=sqlite_file(uri) is not None)


def _is_missing(uri: str) -> bool:
    """Whether it is a SQLite file that is not there, which MLflow would quietly make."""
    file = sqlite_file(uri)
    return file is not None and not file.is_file()


@contextmanager
def _talking(uri: str) -> Iterator[None]:
    quieten_mlflow()
    from mlflow import MlflowException  # noqa: PLC0415

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError, ImportError) as error:
        said = without_password(str(error)).strip().partition("\n")[0]
        raise WorkspaceError(f"MLflow at {without_password(uri)} must answer, but it said: {said}") from None
