"""What disagrees between the database, MLflow, the processes and the files, and how it is mended."""

from automl.doctor.run_checks import examine, mend

__all__ = ["examine", "mend"]
