"""The fits of one trial whose model has no training steps: a linear model or a probe."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from search_spaces import Linear, Probe
from trials.data import EncodedDataset, Fold, Split, Stage, TextDataset, TrialData, texts_of
from trials.errors import Diverged
from trials.files import WritableClassifier
from trials.linear import LinearClassifier, fit_linear
from trials.probe import ProbeFitter
from trials.protocol import TrialJob, TrialReport
from trials.tasks import task_of
from trials.training import CostMeter, prepare, with_heartbeats

FORMATS = torch.bfloat16, torch.float32
"""Formats in which others may have computed features that a trial takes if it runs on cores, beside a GPU, too."""

MOST_LOGITS = 5_000_000
"""Logits of training rows that are computed for the training loss."""


@dataclass(frozen=True)
class Fitted:
    """A classifier that was fitted.

    Attributes:
        classifier: the classifier.
        train_loss: mean loss of the rows that it was fitted to.
        logits: its logits of the held-out rows, shape (n, classes).
        parameters: its number of parameters.
    """

    classifier: WritableClassifier
    train_loss: float
    logits: NDArray[np.float64]
    parameters: int


class Fitting:
    """Fits the model of a trial, once or several times to more and more rows.

    Args:
        job: the trial.
        data: its data.
        cost: receives the cost.

    Raises:
        PretrainedError: the checkpoint of a probe cannot be found.
    """

    def __init__(self, job: TrialJob, data: TrialData, cost: CostMeter) -> None:
        self._job = job
        self._data = data
        self._cost = cost
        self._examples = 0
        compute = prepare(job)
        self._probe: ProbeFitter | None = None
        if isinstance(job.point, Probe) and isinstance(data, EncodedDataset):
            formats = FORMATS if (compute.device.type, job.precision) == ("cpu", "auto") else ()
            self._probe = ProbeFitter(job.point, data, job.cache, compute, job.seed, formats)
        cost.watch(compute.device, compute.parts, None if self._probe is None else compute.dtype)

    def next_stage(self) -> Generator[TrialReport, None, Stage | None]:
        """Return the next sample of rows whose model is worth an evaluation, after its texts were read.

        It yields heartbeats. The result is None where no sample is, as for all linear models.

        Raises:
            PretrainedError: the checkpoint of a probe cannot be used.
        """
        if self._probe is None:
            return None
        with self._cost.training(0):
            return (yield from with_heartbeats(self._probe.next_stage(), self._cost))

    @property
    def seconds_to_next(self) -> float | None:
        """Expected seconds until the texts of the next sample, or of all rows, are read; None if they are unknown."""
        return None if self._probe is None else self._probe.seconds_to_next

    def fit(self, fold: Fold) -> Generator[TrialReport, None, Fitted]:
        """Fit the model to the training rows of a fold, and return it.

        It yields heartbeats.

        Args:
            fold: the rows.

        Raises:
            Diverged: an output is not finite.
            PretrainedError: the checkpoint of a probe cannot be used.
            TypeError: data of this kind cannot be used by the model.
        """
        with self._cost.training(max(0, len(fold.training) - self._examples)):
            fitted = yield from self._fitted(fold)
        self._examples = max(self._examples, len(fold.training))
        self._cost.count(fitted.parameters)
        if not np.isfinite(fitted.logits).all():
            raise Diverged("the logits of the validation split are not finite")
        return fitted

    def _fitted(self, fold: Fold) -> Generator[TrialReport, None, Fitted]:
        if self._probe is not None:
            probe = yield from with_heartbeats(self._probe.fit(fold), self._cost)
            self._cost.share(probe.shared_seconds)
            return Fitted(probe, probe.train_loss, probe.logits, probe.parameters)
        point, data = self._job.point, self._data
        if not isinstance(point, Linear) or not isinstance(data, TextDataset):
            raise TypeError(f"a {type(point).__name__} cannot be fitted to a {type(data).__name__}")
        train, held_out = texts_of(data, fold.training), texts_of(data, fold.held_out)
        linear = fit_linear(point, train, data.label_names, self._job.threads, data.form)
        return Fitted(linear, _train_loss(linear, train), linear.logits(held_out.texts), linear.parameters)


def _train_loss(linear: LinearClassifier, train: Split) -> float:
    """Return the loss on the training rows, or on evenly spaced ones where their logits would take gigabytes."""
    most = max(1, MOST_LOGITS // len(linear.label_names))
    every = -(-len(train) // most)
    labels = train.labels[::every]
    task = task_of(labels)
    return task.score(task.loss_metric, linear.logits(train.texts[::every]), labels)
