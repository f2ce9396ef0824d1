"""What a contender is asked to do."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """One search of so many `seconds`, counted from `started`, which is a time of this machine's monotonic clock.

    `data` is the folder that `corpus.prepare` made, `folder` an empty one for all that the contender writes. `epochs`
    is the full budget of a trial. With `defaults_first`, the first trial is the default point of the space.
    """

    dataset: str
    data: Path
    folder: Path
    seconds: float
    seed: int
    slots: int
    epochs: int
    max_length: int
    defaults_first: bool
    started: float

    @property
    def elapsed(self) -> float:
        """Seconds since the contender's process was started."""
        return time.monotonic() - self.started

    @property
    def remaining(self) -> float:
        """Seconds that are left."""
        return self.seconds - self.elapsed

    def write(self, path: Path) -> None:
        """Writes it as JSON, for `read`."""
        path.write_text(json.dumps(asdict(self), default=str))

    @classmethod
    def read(cls, path: Path) -> "Task":
        """The task that was written to `path`."""
        plain = json.loads(path.read_text())
        return cls(**{**plain, "data": Path(plain["data"]), "folder": Path(plain["folder"])})
