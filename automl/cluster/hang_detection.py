"""Detects workers that hang: those that have sent no report for too long."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from trials.protocol import EVALUATION_STEPS, Evaluation

FIRST_REPORT_SECONDS = 1800.0
"""Limit before the first report, when the speed is unknown: it covers imports, data and 1/81 of the budget."""

SHORTEST_SECONDS = 600.0
"""Lower bound of the limit after the first report, because disks and processors are shared."""

MOST_SLOWDOWN = 10.0
"""Factor by which a trial may be slower than its slowest interval so far."""


@dataclass
class _LastReport:
    at: float
    step: int = 0
    seconds_per_step: float = 0.0


class HangDetector:
    """Records when each running trial last reported, and how long the next report may take.

    Args:
        limit: seconds that any trial may take to its next report. If None, the limit is `MOST_SLOWDOWN` times the
            slowest interval of the trial so far.
        clock: returns the time in seconds.
    """

    def __init__(self, limit: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._last_reports: dict[Hashable, _LastReport] = {}

    def began(self, trial: Hashable) -> None:
        """Note that a worker has started `trial`; repeated calls have no effect."""
        self._last_reports.setdefault(trial, _LastReport(self._clock()))

    def reported(self, trial: Hashable, evaluation: Evaluation | None) -> None:
        """Note a report of a trial.

        Args:
            trial: identifies the trial.
            evaluation: the reported evaluation; None if the report only shows that the trial is still running.
        """
        now = self._clock()
        before = self._last_reports.get(trial, _LastReport(now))
        if evaluation is None:
            self._last_reports[trial] = replace(before, at=now)
            return
        steps = max(1, evaluation.step - before.step)
        pace = max(before.seconds_per_step, (now - before.at) / steps)
        self._last_reports[trial] = _LastReport(now, evaluation.step, pace)

    def ended(self, trial: Hashable) -> None:
        """Forget `trial`, from which no further report is expected."""
        self._last_reports.pop(trial, None)

    def hung(self) -> dict[Hashable, str]:
        """Return the trials that have sent no report for too long, each with the reason as a sentence."""
        now = self._clock()
        late = {trial: (now - last.at, self._allowed(last)) for trial, last in self._last_reports.items()}
        return {
            trial: f"no report for {seconds:.0f} s, although at most {allowed:.0f} s are allowed (trial.report_timeout)"
            for trial, (seconds, allowed) in late.items()
            if seconds > allowed
        }

    def _allowed(self, last: _LastReport) -> float:
        if self._limit is not None:
            return self._limit
        if last.step == 0:
            return FIRST_REPORT_SECONDS
        coming = min((step for step in EVALUATION_STEPS if step > last.step), default=last.step + 1)
        return max(SHORTEST_SECONDS, MOST_SLOWDOWN * last.seconds_per_step * (coming - last.step))
