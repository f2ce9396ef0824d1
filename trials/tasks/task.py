"""What depends on what labels are: one class a text, several, a rank or a number."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import geometric_mean
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Confusion, Logits, Metric
from trials.tasks.label_sets import LabelCounts
from trials.tasks.numbers import Residuals
from trials.tasks.scale import UNSCALED, Scale
from trials.tasks.thresholds import log_odds, thresholds_at

LabelArray: TypeAlias = NDArray[Any]
"""Labels of rows. Their shape and type say what the task is:

| task | labels |
|---|---|
| `single-label` | class ids, shape (n,), int64 |
| `multi-label` | whether a row has each label, shape (n, labels), bool |
| `ordinal` | ranks of classes that have an order, shape (n,), int32 |
| `regression` | numbers, shape (n,), float64 |
"""

Counts: TypeAlias = Confusion | LabelCounts | Residuals
"""What is kept of the answers for some rows: counts by class, or of numbers what their errors are like.

Counts by class have `rows`, `classes`, `true`, `predicted`, `right` and `f1`.
"""


@dataclass(frozen=True)
class Calibration:
    """How labels and probabilities follow from logits, as found on rows that the model was not fitted to.

    Attributes:
        temperature: by which logits are divided.
        thresholds: the probability from which on a text gets each label; empty where it gets the most probable one.
    """

    temperature: float = 1.0
    thresholds: tuple[float, ...] = ()

    @staticmethod
    def mean(parts: "Sequence[Calibration]") -> "Calibration":
        """Return the geometric mean of the temperatures in `parts`, and of the odds of each threshold."""
        temperature = geometric_mean(part.temperature for part in parts)
        if not all(part.thresholds for part in parts):
            return Calibration(temperature)
        return Calibration(temperature, thresholds_at(np.mean([log_odds(part.thresholds) for part in parts], axis=0)))

    def outputs(self, logits: Logits) -> Logits:
        """Return what is scored: calibrated logits, and with thresholds also the distance of each from its own.

        Args:
            logits: logits of the model before it was calibrated, shape (n, classes).

        Returns:
            Shape (n, classes); with thresholds (n, classes, 2).
        """
        calibrated = logits / self.temperature
        if not self.thresholds:
            return calibrated
        return np.stack([calibrated, calibrated - log_odds(self.thresholds)], axis=2)


def calibrated_logits(outputs: Logits) -> Logits:
    """Return the calibrated logits, shape (n, classes), in `outputs`, which `Calibration.outputs` gave."""
    return outputs if outputs.ndim == 2 else outputs[..., 0]


UNCALIBRATED = Calibration()
"""What leaves logits as they are."""


class Task(ABC):
    """One kind of labels: how rows are divided, and how outputs are scored and combined. It has no state.

    `outputs` are what `Calibration.outputs` gives, or logits alone; `labels` are as `LabelArray` says.

    Attributes:
        name: as the user writes it.
        metrics: the metrics of models, by name.
        default_metric: the metric of a search if the user names none.
        row_metric: the metric that is the share of rows that are right in all; None if rows are not right or wrong.
        shown_metric: the metric that tables show beside that of the search.
        loss_metric: the metric of which less is better, and by which models are mixed.
        copy_metric: the metric by which a copy of a model, such as one with int8 weights, is compared with it; 1 is the
            best, so that losses of several tasks can be compared.
        problem_type: what the config of a model must say for pipelines of transformers to give the right probabilities;
            None where they do so anyway.
    """

    name: ClassVar[str]
    metrics: ClassVar[Mapping[str, Metric]]
    default_metric: ClassVar[str]
    row_metric: ClassVar[str | None]
    shown_metric: ClassVar[str]
    loss_metric: ClassVar[str] = "log_loss"
    copy_metric: ClassVar[str]
    problem_type: ClassVar[str | None]

    def evaluate(self, outputs: Logits, labels: LabelArray) -> dict[str, float]:
        """Return every metric by name.

        Args:
            outputs: outputs of a model for some rows.
            labels: their labels.
        """
        scored = self.scored(outputs, labels)
        return {name: metric.function(scored) for name, metric in self.metrics.items()}

    def score(self, metric: str, outputs: Logits, labels: LabelArray) -> float:
        """Return one metric.

        Args:
            metric: a key of `metrics`.
            outputs: outputs of a model for some rows.
            labels: their labels.
        """
        return self.metrics[metric].function(self.scored(outputs, labels))

    @abstractmethod
    def scored(self, outputs: Logits, labels: LabelArray) -> Any:
        """Return outputs and labels in the form that the functions of `metrics` take.

        Args:
            outputs: outputs of a model for some rows.
            labels: their labels.
        """

    @abstractmethod
    def counts(self, outputs: Logits, labels: LabelArray) -> Counts:
        """Return the counts of rows by class.

        Args:
            outputs: outputs of a model for some rows.
            labels: their labels.
        """

    @abstractmethod
    def wins(self, first: Logits, second: Logits, labels: LabelArray) -> tuple[int, int]:
        """Return on how many rows each of two models is better than the other.

        Args:
            first: outputs of one model for some rows.
            second: outputs of the other for the same rows.
            labels: their labels.
        """

    def scale(self, labels: LabelArray) -> Scale:
        """Return the scale of the outputs of a model that is trained on rows with these labels.

        Args:
            labels: labels of the training rows.
        """
        return UNSCALED

    @abstractmethod
    def calibrate(self, logits: Logits, labels: LabelArray, *, tempered: bool = True) -> Calibration:
        """Return the calibration of a model by its logits (n, classes) of rows that it was not fitted to.

        Args:
            logits: the logits.
            labels: the labels of the rows.
            tempered: whether the model can be written with a temperature.
        """

    def uncalibrated(self, classes: int) -> Calibration:
        """Return a calibration that changes no probability, for a model of which nothing is known.

        Args:
            classes: number of classes.
        """
        return UNCALIBRATED

    @abstractmethod
    def mixable(self, logits: Logits, labels: LabelArray) -> NDArray[np.float64]:
        """Return what the mean over several models is taken of to score all of them together.

        Args:
            logits: calibrated logits of some rows, shape (n, classes).
            labels: their labels.

        Returns:
            For classes the probability of each true answer, shape (n,) or (n, classes); for numbers these, shape (n,).
        """

    @abstractmethod
    def loss_of_mixed(self, mixed: NDArray[np.float64], labels: LabelArray) -> float:
        """Return the loss of several models together, in nats an answer: one that falls and rises with `loss_metric`.

        Args:
            mixed: the mean over them of what `mixable` gives.
            labels: labels of the rows.
        """

    @abstractmethod
    def probabilities(self, logits: Logits) -> NDArray[np.float64]:
        """Return the probabilities that follow from `logits`, shape (n, classes)."""

    @abstractmethod
    def mean(self, logits: Sequence[Logits], weights: Sequence[float]) -> Logits:
        """Return logits of the weighted mean of the probabilities of several models, shape (n, classes).

        Args:
            logits: calibrated logits of the same rows by each model.
            weights: share of each model; they sum to 1.
        """

    def constant(self, labels: LabelArray, classes: int, metric: str) -> Logits | None:
        """Return the outputs, shape (classes,), of the same answer to each text that a model should be better than.

        Args:
            labels: labels of the training rows, from which the answer follows.
            classes: number of outputs.
            metric: the metric by which the answer is to be good.

        Returns:
            None where no such answer is of use, because the metrics see to it themselves.
        """
        return None

    @abstractmethod
    def class_rows(self, labels: LabelArray) -> NDArray[np.int64]:
        """Return the number of rows of each class that occurs in `labels`."""

    @abstractmethod
    def imbalance(self, labels: LabelArray) -> float:
        """Return the largest ratio, in `labels`, between the rows of two answers that a model tells apart."""

    @abstractmethod
    def strata(self, labels: LabelArray) -> NDArray[np.int64]:
        """Return a class id of each row of `labels`, shape (n,), by which groups and samples of rows are kept alike."""

    def with_each_class(self, labels: LabelArray, rows: NDArray[np.int64], least: int) -> NDArray[np.int64]:
        """Return `rows`, and after them further ones, so that each class has at least so many, or all that it has.

        Args:
            labels: labels of all rows.
            rows: indices of rows, at least `least` of each stratum that has so many.
            least: number of rows of each class.
        """
        return rows

    @abstractmethod
    def drawn_within(self, labels: LabelArray) -> NDArray[np.int64]:
        """Return the stratum of each row of `labels` within which a bootstrap draws it, shape (n,)."""

    @abstractmethod
    def split_off(self, labels: LabelArray, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Divide rows in two, so that each class gives its share of rows, as nearly as can be.

        Args:
            labels: labels of the rows.
            share: share of the second part, between 0 and 1.
            seed: seed of the choice, which also depends on the order of the rows.

        Returns:
            The row indices of the larger and of the smaller part, each in ascending order.
        """

    @abstractmethod
    def divide(self, labels: LabelArray, parts: int, seed: int) -> NDArray[np.int64]:
        """Return the part of each row, shape (n,), for parts of equal sizes and classes, as nearly as can be.

        Args:
            labels: labels of the rows.
            parts: number of parts.
            seed: seed of the choice, which also depends on the order of the rows.
        """
