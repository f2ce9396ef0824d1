"""The MLflow UI: its server, and the view of a study's runs."""
