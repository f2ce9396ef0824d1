"""The reports of a trial so far."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from trials.protocol import Cost, Evaluation, TrialReport


@dataclass
class ReportHistory:
    """The reports of a trial so far.

    Attributes:
        best: score that a model must beat to become the best; None if any model would.
        reports: the reports, in order.
        begun: step at which the trial began; above 0 if it inherited the training of another one.
    """

    best: float | None = None
    reports: list[TrialReport] = field(default_factory=list)
    begun: int = 0

    @property
    def step(self) -> int:
        """Step of the last evaluation; before the first one, the step at which the trial began."""
        return max((evaluation.step for evaluation in self._evaluations()), default=self.begun)

    def after(self, step: int) -> Iterator[TrialReport]:
        """Return the reports with an evaluation after `step`."""
        return (report for report in self.reports if report.evaluation is not None and report.evaluation.step > step)

    def measured(self, names: Collection[str]) -> dict[str, float]:
        """Return the measured values of `names`; empty unless one evaluation has all of them."""
        for evaluation in self._evaluations():
            if all(name in evaluation.metrics for name in names):
                return {name: evaluation.metrics[name] for name in names}
        return {}

    def to_json(self) -> dict[str, Any]:
        """Return the history as plain JSON, for `from_json`."""
        return {
            "best": self.best,
            "evaluations": [asdict(evaluation) for evaluation in self._evaluations()],
            "costs": [asdict(report.cost) for report in self.reports],
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "ReportHistory":
        """Return the history from `plain`, which `to_json` returned."""
        rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
        rows = list(zip(plain["evaluations"], plain["costs"], strict=True))
        reports = [TrialReport(Evaluation(**evaluation), None, Cost(**cost)) for evaluation, cost in rows]
        return cls(plain["best"], reports)

    def _evaluations(self) -> Iterator[Evaluation]:
        return (report.evaluation for report in self.reports if report.evaluation is not None)
