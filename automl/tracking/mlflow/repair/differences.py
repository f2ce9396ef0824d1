"""The differences of one MLflow run from the database, as sentences for the user and as a repair."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from automl.core import TrialRecord
from automl.tracking.mlflow.run_content import RUNNING, Point
from automl.tracking.mlflow.stored_run import StoredRun


class DifferenceKind(StrEnum):
    """The ways in which a run can differ from the database."""

    MISSING = "run missing"
    FOREIGN = "foreign values"
    DOUBLED = "more than one run"
    LEFT_OPEN = "left open"
    STATUS = "wrong status"
    PARAMS = "parameters missing"
    METRICS = "wrong metrics"
    TAGS = "wrong tags"


@dataclass(frozen=True)
class Difference:
    """One difference of the run named `run`, with a sentence for the user."""

    kind: DifferenceKind
    run: str
    sentence: str


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
    def differences(self) -> tuple[Difference, ...]:
        """The differences that the repair removes; empty if there are none."""
        return tuple(Difference(kind, self.name, f"{self.name} {words}") for kind, words in self._found())

    def _found(self) -> Iterator[tuple[DifferenceKind, str]]:
        if self.keep is None:
            yield (
                (DifferenceKind.FOREIGN, "has values that the database does not have")
                if self.remove
                else (DifferenceKind.MISSING, "is missing")
            )
            return
        if self.remove:
            yield DifferenceKind.DOUBLED, f"exists {len(self.remove) + 1} times"
        if self.status is not None and self.keep.status == RUNNING:
            yield DifferenceKind.LEFT_OPEN, "is still open, but no driver works on it"
        elif self.status is not None:
            yield DifferenceKind.STATUS, f"is {self.keep.status}, but must be {self.status}"
        if self.params:
            yield DifferenceKind.PARAMS, f"lacks the parameters {', '.join(self.params)}"
        if self.metrics:
            steps = sorted({step for _, step in self.metrics})
            yield DifferenceKind.METRICS, f"has missing or different metrics at {', '.join(map(str, steps))} examples"
        if self.tags:
            yield DifferenceKind.TAGS, f"has different tags: {', '.join(self.tags)}"
