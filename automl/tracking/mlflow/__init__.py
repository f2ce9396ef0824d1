"""A study's projection into MLflow: written while it is searched, compared and repaired later."""
