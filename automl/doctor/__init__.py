"""What disagrees between the database, MLflow, the processes and the files, and how it is mended."""
