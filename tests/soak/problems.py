"""What can be wrong with a study after a fault, and the list of what was."""

from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    """One promise of the trial contract that was broken."""

    LOST_TRIAL = "lost trials"
    LOST_WORK = "lost work"
    TWICE = "work done twice"
    DOUBLED = "doubled"
    ZOMBIE = "zombies"
    NUMBERS = "gaps in numbers"
    END = "wrong ends"
    BEST = "best got worse"
    MLFLOW = "MLflow differs"
    DRIVER = "driver crashed"
    HUNG = "hung"
    LEFT = "processes left"


@dataclass(frozen=True)
class Problem:
    """A broken promise. Told twice in the same words, it is one problem."""

    wrong: Wrong
    what: str
