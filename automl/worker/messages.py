"""What a Ray worker and the process that trains for it say to each other, one answer to each request."""

from dataclasses import dataclass

from trials.data.dataset import TrialData
from trials.record import TrialJob


@dataclass(frozen=True)
class Begin:
    """Leaves the trial before, and makes this one ready. Without `data`, those of the trial before are used again.

    `environment` is that of the Ray worker: which GPU is whose stands there.
    """

    job: TrialJob
    data: TrialData | None
    environment: dict[str, str]


@dataclass(frozen=True)
class Next:
    """Runs the trial until its next report, which is the answer; or the exception that came instead."""


@dataclass(frozen=True)
class Leave:
    """Leaves the trial where it is."""


Request = Begin | Next | Leave
