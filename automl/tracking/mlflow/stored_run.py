"""A run as it was found in MLflow, as plain data. Free of MLflow itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from automl.tracking.mlflow import names
from automl.tracking.mlflow.run_content import Point


@dataclass(frozen=True)
class LoggedValues:
    """One value of a metric, and when it was logged, in milliseconds since 1970."""

    value: float
    at: int


@dataclass(frozen=True)
class StoredRun:
    """A run as MLflow has it. `metrics` holds the value that counts at each step: the one that was logged last."""

    run_id: str
    name: str
    status: str
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[Point, LoggedValues]

    @property
    def number(self) -> int | None:
        """The trial's number, None for the run of a search."""
        return int(self.tags[names.TRIAL_TAG]) if names.TRIAL_TAG in self.tags else None

    @property
    def driver(self) -> str:
        """The driver that works on it, or did when it was last heard of."""
        return self.tags.get(names.DRIVER_TAG, "")
