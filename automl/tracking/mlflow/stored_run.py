"""A run read from MLflow, as plain data. This module does not import MLflow."""

from collections.abc import Mapping
from dataclasses import dataclass

from automl.tracking.mlflow import names
from automl.tracking.mlflow.run_content import Point


@dataclass(frozen=True)
class LoggedValues:
    """One value of a metric; `at` is the time when it was logged, in milliseconds since 1970."""

    value: float
    at: int


@dataclass(frozen=True)
class StoredRun:
    """A run as MLflow has it; `metrics` holds the value at each step that was logged last."""

    run_id: str
    name: str
    status: str
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[Point, LoggedValues]

    @property
    def number(self) -> int | None:
        """The trial's number; None for the run of a search."""
        return int(self.tags[names.TRIAL_TAG]) if names.TRIAL_TAG in self.tags else None

    @property
    def driver(self) -> str:
        """Id of the driver that works on the run, or last worked on it; empty if there is none."""
        return self.tags.get(names.DRIVER_TAG, "")
