"""What came of the turns, as JSON that is written after each."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "results.json"


@dataclass(frozen=True)
class Turn:
    """One contender on one split of one data set.

    Attributes:
        contender: a key of `CONTENDERS`.
        dataset: a key of `KINDS`.
        split: number of the split.
        score: its score on the test rows; None if it left no predictions.
        right: number of test rows that it predicted rightly.
        rows: number of test rows.
        seconds: wall-clock time from its start to its predictions.
        failure: last line of its log if it left no predictions, else empty.
    """

    contender: str
    dataset: str
    split: int
    score: float | None
    right: int
    rows: int
    seconds: float
    failure: str = ""


@dataclass
class Results:
    """All turns so far.

    Attributes:
        machine: processor, cores and memory.
        minutes: time of each contender that has a time budget.
        turns: the turns.
    """

    machine: str
    minutes: float
    turns: list[Turn]

    def of(self, dataset: str, contender: str) -> list[Turn]:
        """Return the turns of a contender on a data set."""
        return [turn for turn in self.turns if (turn.dataset, turn.contender) == (dataset, contender)]

    def write(self, folder: Path) -> None:
        """Write the results to `folder`."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def read_results(folder: Path) -> Results:
    """Return the results that lie in `folder`."""
    found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return Results(found["machine"], found["minutes"], [Turn(**turn) for turn in found["turns"]])
