"""What the fault script needs to know about a search engine. Both keep their study with Optuna in a SQLite file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

STEPS = (1, 9, 27, 54, 81)
TRIALS = 16
SLOTS = 2
SEED = 0
"""The same search for each contender: so many trials, two at a time, of two or three seconds each, evaluated at these
steps of 81, and stopped early by successive halving with a reduction factor of 3."""


class Contender(Protocol):
    """One engine. All that it writes lies in the folder that it is given."""

    name: str
    study: str

    def command(self, folder: Path, *, again: bool) -> list[str]:
        """The process that searches; `again` after its driver was killed."""
        ...

    def prepare(self, folder: Path) -> None:
        """Makes what a search reads."""
        ...

    def database(self, folder: Path) -> Path:
        """The SQLite file with Optuna's tables."""
        ...

    def evaluations(self, folder: Path, logs: list[Path]) -> list[tuple[str, int]]:
        """Every evaluation that was ever worked for, as trial and step; work that was done twice comes twice."""
        ...

    def trial(self, number: int, params: Mapping[str, float]) -> str:
        """What `evaluations` calls the trial that has this number and these parameters in Optuna's tables."""
        ...
