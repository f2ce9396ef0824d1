"""What a fork is asked for, by a Ray worker or by the driver, with one answer to each request."""

from dataclasses import dataclass
from pathlib import Path

from trials.data import Split, TrialData
from trials.protocol import TrialJob


@dataclass(frozen=True)
class BeginTrial:
    """Leaves the trial before, and makes this one ready. Without `data`, those of the trial before are used again.

    `environment` is that of the Ray worker: which GPU is whose stands there.
    """

    job: TrialJob
    data: TrialData | None
    environment: dict[str, str]


@dataclass(frozen=True)
class NextReport:
    """Runs the trial until its next report, which is the answer; or the exception that came instead."""


@dataclass(frozen=True)
class LeaveTrial:
    """Leaves the trial where it is."""


@dataclass(frozen=True)
class ScoreRequest:
    """Scores the model in `folder` on `split`; the scores are the answer, or the exception that came instead."""

    folder: Path
    split: Split
    threads: int


Request = BeginTrial | NextReport | LeaveTrial | ScoreRequest
