"""What a trial has reported so far."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from trials.protocol import Cost, Evaluation, TrialReport


@dataclass
class ReportHistory:
    """The reports of a trial, and the score that a model must beat to be its best: None if any model would be.

    A trial that inherited another one's training has `begun` at that one's step.
    """

    best: float | None = None
    reports: list[TrialReport] = field(default_factory=list)
    begun: int = 0

    @property
    def step(self) -> int:
        """The step of the last evaluation; before the first, the one at which the trial has begun."""
        return max((evaluation.step for evaluation in self._evaluations()), default=self.begun)

    def after(self, step: int) -> Iterator[TrialReport]:
        """The reports of later steps than `step`."""
        return (report for report in self.reports if report.evaluation is not None and report.evaluation.step > step)

    def measured(self, names: Collection[str]) -> dict[str, float]:
        """What was measured of `names`; nothing unless all of them were."""
        for evaluation in self._evaluations():
            if all(name in evaluation.metrics for name in names):
                return {name: evaluation.metrics[name] for name in names}
        return {}

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON, for `from_json`."""
        return {
            "best": self.best,
            "evaluations": [asdict(evaluation) for evaluation in self._evaluations()],
            "costs": [asdict(report.cost) for report in self.reports],
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "ReportHistory":
        """The history that `to_json` gave."""
        rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
        rows = list(zip(plain["evaluations"], plain["costs"], strict=True))
        reports = [TrialReport(Evaluation(**evaluation), None, Cost(**cost)) for evaluation, cost in rows]
        return cls(plain["best"], reports)

    def _evaluations(self) -> Iterator[Evaluation]:
        return (report.evaluation for report in self.reports if report.evaluation is not None)
