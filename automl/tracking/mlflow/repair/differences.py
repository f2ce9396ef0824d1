"""The differences of one MLflow run from the database, as sentences for the user and as a repair."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from automl.core import TrialRecord
from automl.tracking.mlflow.run_content import RUNNING, Point
from automl.tracking.mlflow.stored_run import StoredRun


@dataclass(frozen=True)
class Repair:
    """The changes that repair the runs of one trial, or the run of a search.

    Attributes:
        name: name of the run.
        trial: the trial; None for the run of a search.
        keep: the run that stays; None if a new run must be written, as MLflow cannot delete a metric or a parameter.
        remove: runs to delete.
        params: parameters to log.
        metrics: values to log, by metric name and step.
        tags: tags to set.
        status: status to set; None if it is right.
    """

    name: str
    trial: TrialRecord | None
    keep: StoredRun | None
    remove: tuple[StoredRun, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[Point, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    status: str | None = None

    @property
    def differences(self) -> tuple[str, ...]:
        """The differences that the repair removes, as sentences for the user; empty if there are none."""
        return tuple(f"{self.name} {words}" for words in self._found())

    def _found(self) -> Iterator[str]:
        if self.keep is None:
            yield "has values that the database does not have" if self.remove else "is missing"
            return
        if self.remove:
            yield f"exists {len(self.remove) + 1} times"
        if self.status is not None and self.keep.status == RUNNING:
            yield "is still open, but no driver works on it"
        elif self.status is not None:
            yield f"is {self.keep.status}, but must be {self.status}"
        if self.params:
            yield f"lacks the parameters {', '.join(self.params)}"
        if self.metrics:
            steps = sorted({step for _, step in self.metrics})
            yield f"has missing or different metrics at {', '.join(map(str, steps))} examples"
        if self.tags:
            yield f"has different tags: {', '.join(self.tags)}"
