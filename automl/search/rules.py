"""What bounds a search."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """What bounds a search. `deadline` is in `time.monotonic()` seconds; `trials` counts all trials of the study."""

    metric: str
    budget_examples: int
    trials: int | None
    deadline: float | None
    seed: int
    precision: str
    threads: int
