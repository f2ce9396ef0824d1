"""Experiment tracking: records searches in MLflow."""
