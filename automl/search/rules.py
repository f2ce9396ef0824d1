"""What bounds a search."""

from dataclasses import dataclass

from trials.record import EVALUATION_STEPS


@dataclass(frozen=True)
class Rules:
    """What bounds a search. `deadline` is in `time.monotonic()` seconds; `trials` counts all trials of the study.

    Each trial is evaluated at `steps` of its budget.
    """

    metric: str
    budget_examples: int
    trials: int | None
    deadline: float | None
    seed: int
    precision: str
    threads: int
    steps: tuple[int, ...] = EVALUATION_STEPS
