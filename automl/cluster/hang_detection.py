"""Detects workers that hang: those that have sent no report for too long."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from trials.protocol import EVALUATION_STEPS, Evaluation

FIRST_REPORT_SECONDS = 1800.0
"""Limit before the first report, when the speed is unknown: it covers imports, data and 1/81 of the budget."""

SHORTEST_SECONDS = 600.0
"""Lower bound of the limit after the first report, because disks and processors are shared."""

PATIENCE = 10.0
"""Factor by which a trial may be slower than its slowest interval so far."""


@dataclass
class _LastReport:
    at: float
    step: int = 0
    seconds_per_step: float = 0.0


class HangDetector:
    """Records when each running trial last reported, and how long the next report may take.

    Args:
        limit: seconds that any trial may take to its next report. If None, the limit is `PATIENCE` times the trial's
            slowest interval so far.
        clock: returns the time in seconds.
    """

    def __init__(self, limit: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._heard: dict[Hashable, _LastReport] = {}

    def began(self, trial: Hashable) -> None:
        """Note that a worker has started `trial`; repeated calls have no effect."""
        self._heard.setdefault(trial, _LastReport(self._clock()))

    def heard(self, trial: Hashable, evaluation: Evaluation | None) -> None:
        """Note a report of a trial.

        Args:
            trial: identifies the trial.
            evaluation: the reported evaluation; None if the report only shows that the trial is still running.
        """
        now = self._clock()
        before = self._heard.get(trial, _LastReport(now))
        if evaluation is None:
            self._heard[trial] = replace(before, at=now)
            return
        steps = max(1, evaluation.step - before.step)
        pace = max(before.seconds_per_step, (now - before.at) / steps)
        self._heard[trial] = _LastReport(now, evaluation.step, pace)

    def ended(self, trial: Hashable) -> None:
        """Forget `trial`, from which no further report is expected."""
        self._heard.pop(trial, None)

    def hung(self) -> dict[Hashable, str]:
        """Return the trials that have sent no report for too long, each with the reason as a sentence."""
        now = self._clock()
        late = {trial: (now - heard.at, self._allowed(heard)) for trial, heard in self._heard.items()}
        return {
            trial: f"no report for {silent:.0f} s, although at most {allowed:.0f} s are allowed (trial.report_timeout)"
            for trial, (silent, allowed) in late.items()
            if silent > allowed
        }

    def _allowed(self, heard: _LastReport) -> float:
        if self._limit is not None:
            return self._limit
        if heard.step == 0:
            return FIRST_REPORT_SECONDS
        coming = min((step for step in EVALUATION_STEPS if step > heard.step), default=heard.step + 1)
        return max(SHORTEST_SECONDS, PATIENCE * heard.seconds_per_step * (coming - heard.step))
