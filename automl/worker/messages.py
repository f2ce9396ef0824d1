"""Requests that a Ray worker or the driver sends to a fork, which gives one answer to each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trials.data import Split, TextDataset, TrialData
from trials.protocol import PaceJob, TrialJob
from trials.tasks import Calibration


@dataclass(frozen=True)
class BeginTrials:
    """Abandons the previous trials, and prepares these.

    Attributes:
        jobs: the trials; several are members of a pack.
        places: largest number of trials at once; more than 1 makes a pack, even of one trial.
        data: the encoded data; None: the data of the previous trials is used again.
        environment: environment variables of the Ray worker, which include the assignment of GPUs.
    """

    jobs: tuple[TrialJob, ...]
    places: int
    data: TrialData | None
    environment: dict[str, str]


@dataclass(frozen=True)
class NextReports:
    """Runs the trials until their next reports. The answer is `WorkerReports`, or the exception that was raised."""


@dataclass(frozen=True)
class ChangePack:
    """Abandons some members of a pack, and prepares others. The answer is None, or the exception that was raised.

    Attributes:
        left: numbers of the trials that leave.
        joined: trials that join.
        places: largest number of trials at once from now on.
    """

    left: tuple[int, ...]
    joined: tuple[TrialJob, ...]
    places: int


@dataclass(frozen=True)
class LeaveTrials:
    """Abandons the trials in their present state."""


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
    """Measures how fast models train. The answer is a `MeasuredPace` by name, or the exception that was raised.

    Attributes:
        job: the models, the texts, and how to compute.
        environment: environment variables of the client, which include the assignment of GPUs.
    """

    job: PaceJob
    environment: dict[str, str]


@dataclass(frozen=True)
class RefitRequest:
    """Fits the model of a trial to its training rows and the validation rows.

    The answer is None, or the exception that was raised.

    Attributes:
        job: the trial, whose model is fitted in one go; its checkpoint receives the model.
        data: its data.
        calibration: that of the model of the trial.
    """

    job: TrialJob
    data: TrialData
    calibration: Calibration


@dataclass(frozen=True)
class CostsRequest:
    """Measures what a model costs in use. The answer is the costs by name, or the exception that was raised.

    Attributes:
        names: keys of `trials.serving_costs.SERVING_COSTS`.
        folder: the folder of the model.
        texts: those of `trials.classifiers.latency_texts`.
        threads: number of CPU threads for torch.
        environment: environment variables, such as the assignment of GPUs.
    """

    names: tuple[str, ...]
    folder: Path
    texts: tuple[str, ...]
    threads: int
    environment: Mapping[str, str]


@dataclass(frozen=True)
class BaselineRequest:
    """Fits the linear baseline. The answer is a `Reference`, or the exception that was raised.

    Attributes:
        dataset: the data set with its splits.
        metric: a metric of the task of the data.
        folds: number of folds; None: one fit on the training split.
        seed: seed of folds and of parts of the rows.
    """

    dataset: TextDataset
    metric: str
    folds: int | None
    seed: int


OneRequest = PaceRequest | RefitRequest | CostsRequest | BaselineRequest
"""The only request of its process."""

Request = BeginTrials | NextReports | ChangePack | LeaveTrials | ScoreRequest | OneRequest
