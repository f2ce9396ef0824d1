"""When a worker that says nothing must be taken for hung."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from trials.protocol import EVALUATION_STEPS, Evaluation

FIRST_REPORT_SECONDS = 1800.0
"""Until its first report nothing is known of a trial's speed: half an hour for imports, data and 1/81 of the budget."""

SHORTEST_SECONDS = 600.0
"""No trial is taken for hung sooner: disks and processors are shared."""

PATIENCE = 10.0
"""How many times longer than its pace so far a trial may take."""


@dataclass
class _LastReport:
    at: float
    step: int = 0
    seconds_per_step: float = 0.0


class HangDetector:
    """Knows of each running trial when it last reported, and how long the next report may take.

    Limits are generous and follow the trial's own pace: the slowest of its intervals, ten times over. `limit` in
    seconds overrules that.
    """

    def __init__(self, limit: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._heard: dict[Hashable, _LastReport] = {}

    def began(self, trial: Hashable) -> None:
        """A worker has the trial now; said again, it changes nothing."""
        self._heard.setdefault(trial, _LastReport(self._clock()))

    def heard(self, trial: Hashable, evaluation: Evaluation | None) -> None:
        """The trial has reported; without an evaluation it is no further, but at work."""
        now = self._clock()
        before = self._heard.get(trial, _LastReport(now))
        if evaluation is None:
            self._heard[trial] = replace(before, at=now)
            return
        steps = max(1, evaluation.step - before.step)
        pace = max(before.seconds_per_step, (now - before.at) / steps)
        self._heard[trial] = _LastReport(now, evaluation.step, pace)

    def ended(self, trial: Hashable) -> None:
        """Nothing more is expected of the trial."""
        self._heard.pop(trial, None)

    def hung(self) -> dict[Hashable, str]:
        """The trials that have been silent for too long, each with a sentence about it."""
        now = self._clock()
        late = {trial: (now - heard.at, self._allowed(heard)) for trial, heard in self._heard.items()}
        return {
            trial: f"no report for {silent:.0f} s, where {allowed:.0f} s were allowed (trial.report_timeout)"
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
