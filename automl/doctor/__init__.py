"""Finds and repairs inconsistencies between the database, MLflow, the processes and the files."""

from automl.doctor.run_checks import examine, mend

__all__ = ["examine", "mend"]
