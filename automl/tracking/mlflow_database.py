"""A SQLite database for MLflow that is made whole or not at all."""

from mlflow import MlflowClient

from automl.tracking.mlflow_names import SQLITE, sqlite_file


def make_database(uri: str) -> None:
    """Makes MLflow's tables if `uri` names a SQLite file that is not there yet.

    MLflow takes two seconds for it, and a database that a kill left half made is one that it can never open again. So
    the tables are made beside the place, and renamed into it.
    """
    file = sqlite_file(uri)
    if file is None or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)  # of a process that was killed
    MlflowClient(f"{SQLITE}{new}").search_experiments()
    new.replace(file)
