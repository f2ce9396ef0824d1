"""A trial of a model that is fitted in one go: a linear one, or a probe."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from search_spaces import Linear, Probe
from trials.classifiers import Writable, save_classifier
from trials.cost import CostMeter
from trials.data.dataset import EncodedDataset, TextDataset, TrialData
from trials.disk import refusals_of
from trials.errors import Diverged
from trials.linear.model import fit_linear
from trials.measuring import measure
from trials.metrics import evaluate, log_loss
from trials.preparing import prepare
from trials.probe.model import fit_probe
from trials.record import BUDGET_STEPS, Evaluation, TrialJob, TrialReport
from trials.swap import mend
from trials.train import Compute

SECONDS_BETWEEN_SIGNS = 10.0
"""How often a trial that has no news yet says that it is at work."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class _Fitted:
    """A classifier, its number of parameters, its loss in training, and its logits of the validation split."""

    classifier: Writable
    parameters: int
    train_loss: float
    logits: NDArray[np.float64]


def fit_and_evaluate(job: TrialJob, data: TrialData, cost: CostMeter) -> Generator[TrialReport, None, Evaluation]:
    """Fits the model, writes it to `job.checkpoint`, and returns its evaluation, which is at the full budget.

    What takes long yields reports without an evaluation meanwhile, as signs of life.

    Raises:
        CheckpointError: the disk refuses the model.
        Diverged: its outputs are not finite.
    """
    with refusals_of(job.checkpoint):
        mend(job.checkpoint)
    compute = prepare(job)
    cost.watch(compute.device, compute.parts)
    rows = len(data.train)
    with cost.training(rows):
        fitted = yield from _fit(job, data, compute, cost)
    cost.count(fitted.parameters)
    if not np.isfinite(fitted.logits).all():
        raise Diverged("the logits of the validation split are not finite")
    metrics = evaluate(fitted.logits, data.validation.labels)
    save_classifier(fitted.classifier, job.checkpoint)
    metrics |= measure(job.measures, job.checkpoint, data, fitted.parameters)
    return Evaluation(
        step=BUDGET_STEPS,
        examples=rows,
        metrics=metrics,
        train_loss=fitted.train_loss,
        learning_rate=0.0,
        seconds=cost.seconds,
        is_best=True,
    )


def _fit(job: TrialJob, data: TrialData, compute: Compute, cost: CostMeter) -> Generator[TrialReport, None, _Fitted]:
    match job.point, data:
        case Linear(), TextDataset():
            linear = fit_linear(job.point, data.train, data.label_names, job.threads)
            loss = log_loss(linear.logits(data.train.texts), data.train.labels)
            return _Fitted(linear, linear.parameters, loss, linear.logits(data.validation.texts))
        case Probe(), EncodedDataset():
            fitting = fit_probe(job.point, data, job.cache, compute, job.seed)
            probe = yield from _told(fitting, cost)
            cost.share(probe.shared_seconds)
            return _Fitted(probe, probe.parameters, probe.train_loss, probe.logits)
    raise TypeError(f"a {type(job.point).__name__} cannot be fitted to a {type(data).__name__}")


def _told(work: Generator[None, None, Result], cost: CostMeter) -> Generator[TrialReport, None, Result]:
    """Does the work, with a report now and then."""
    last = cost.seconds
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        if cost.seconds - last >= SECONDS_BETWEEN_SIGNS:
            last = cost.seconds
            yield TrialReport(None, None, cost.so_far())
