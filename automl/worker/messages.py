"""Requests that a Ray worker or the driver sends to a fork, which gives one answer to each."""

from dataclasses import dataclass
from pathlib import Path

from trials.data import Split, TrialData
from trials.protocol import PaceJob, TrialJob
from trials.tasks import Calibration


@dataclass(frozen=True)
class BeginTrial:
    """Abandons the previous trial, and prepares this one.

    Attributes:
        job: the trial.
        data: the encoded data; None: the data of the previous trial is used again.
        environment: environment variables of the Ray worker, which include the assignment of GPUs.
    """

    job: TrialJob
    data: TrialData | None
    environment: dict[str, str]


@dataclass(frozen=True)
class NextReport:
    """Runs the trial until its next report. The answer is the report, or the exception that was raised."""


@dataclass(frozen=True)
class LeaveTrial:
    """Abandons the trial in its present state."""


@dataclass(frozen=True)
class ScoreRequest:
    """Scores the model in `folder` on `split`. The answer is the scores, or the exception that was raised.

    Attributes:
        folder: the folder of the model.
        split: the data to score on.
        threads: number of CPU threads for torch.
    """

    folder: Path
    split: Split
    threads: int


@dataclass(frozen=True)
class PaceRequest:
    """Measures how fast models train. The answer is the tokens per second by name, or the exception that was raised.

    Attributes:
        job: the models, the texts, and how to compute.
        environment: environment variables of the client, which include the assignment of GPUs.
    """

    job: PaceJob
    environment: dict[str, str]


@dataclass(frozen=True)
class RefitRequest:
    """Fits the model of a trial to training and validation rows. The answer is None, or the exception that was raised.

    Attributes:
        job: the trial, whose model is fitted in one go; its checkpoint receives the model.
        data: its data.
        calibration: that of the model of the trial.
    """

    job: TrialJob
    data: TrialData
    calibration: Calibration


Request = BeginTrial | NextReport | LeaveTrial | ScoreRequest | PaceRequest | RefitRequest
