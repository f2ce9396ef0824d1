"""How long simulated trials take, and what they report."""

import random
from dataclasses import dataclass, field

from benchmarks.engine.bookkeeping import COST
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, Evaluation, TrialEnd, TrialJob, TrialReport

MEASURED = (
    *(0.6, 0.6, 0.8, 1.2, 1.3, 1.3, 1.5, 1.6, 1.7, 3.3, 5.5, 8.4, 12.9, 15.4, 21.6),
    *(33.7, 34.9, 36.1, 38.0, 80.6, 378.4),
)
"""Seconds of trials in a search of ten minutes on Rotten Tomatoes, space `auto`: of 42, every second one by length."""

IDLE = "idle_seconds"
"""Among a report's metrics: how long its slot had nothing to do before."""

SPREAD = 0.2
"""Of the values that trials come to."""


@dataclass
class Work:
    """One trial: sleeps instead of training, reports where a real one would, and ends after its last step."""

    job: TrialJob
    mean_seconds: float
    done: int = field(default=0)

    def __post_init__(self) -> None:
        draw = random.Random(self.job.number)
        self.seconds = draw.choice(MEASURED) * self.mean_seconds * len(MEASURED) / sum(MEASURED)
        self._worth = draw.gauss(0.0, SPREAD)

    @property
    def next_seconds(self) -> float:
        """Until the next report."""
        before = EVALUATION_STEPS[self.done - 1] if self.done else 0
        return self.seconds * (EVALUATION_STEPS[self.done] - before) / BUDGET_STEPS

    def report(self, idle_seconds: float) -> TrialReport:
        """The next report. A trial gets better with every step, and some trials are better than others."""
        step = EVALUATION_STEPS[self.done]
        self.done += 1
        value = 1 / (1 + 2 ** -(self._worth + step / BUDGET_STEPS))
        end = TrialEnd.COMPLETED if step == BUDGET_STEPS else None
        metrics = {"macro_f1": value, IDLE: idle_seconds}
        spent = self.seconds * step / BUDGET_STEPS
        return TrialReport(Evaluation(step, step, metrics, 0.5, 1e-3, spent, False), end, COST)
