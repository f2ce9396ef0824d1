"""Finds and repairs inconsistencies between the database, MLflow, the processes and the files."""

from automl.doctor.run_checks import examine, repair

__all__ = ["examine", "repair"]
