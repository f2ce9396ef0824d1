"""What the report of a study shows: the study, and what its model gets right and wrong on the test rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from automl.core import StudyRecord
from automl.export import Explanation
from automl.report import Json
from trials.data import TextDataset
from trials.metrics import Logits, log_softmax

SHOWN_ERRORS = 20
"""Number of most confident errors that are listed."""


@dataclass(frozen=True)
class Mistake:
    """A test row that the model gets wrong.

    Attributes:
        row: index of the row in the test split.
        text: its text.
        label: its label.
        predicted: the label that the model gives.
        probability: the probability that it gives it.
        of_label: the probability that it gives the row's own label.
        explanation: what the words contribute to the predicted label; None if that was not computed.
        tokens: what its tokens contribute, by integrated gradients; None if that was not computed.
    """

    row: int
    text: str
    label: str
    predicted: str
    probability: float
    of_label: float
    explanation: Explanation | None = None
    tokens: Explanation | None = None


@dataclass(frozen=True)
class ModelContent:
    """The model that was handed over, and its errors.

    Attributes:
        facts: the content of `automl.json`.
        label_names: names of the classes.
        labels: class ids of the test rows, shape (n,).
        probabilities: of each class for the test rows, shape (n, classes).
        mistakes: the most confident errors, the most confident first.
        wrong: number of all errors.
    """

    facts: Mapping[str, Json]
    label_names: Sequence[str]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    mistakes: Sequence[Mistake]
    wrong: int


@dataclass(frozen=True)
class PageContent:
    """What a report shows.

    Attributes:
        study: the study with its trials.
        trials: the trials as Optuna's objects.
        rows: number of rows by split.
        model: what is known of the model that was handed over; None if there is none.
    """

    study: StudyRecord
    trials: Sequence[FrozenTrial]
    rows: Mapping[str, int]
    model: ModelContent | None


def count_rows(dataset: TextDataset) -> dict[str, int]:
    """Return the number of rows of each split of `dataset`."""
    return {name: len(getattr(dataset, name)) for name in ("train", "validation", "test")}


def model_content(facts: Mapping[str, Json], dataset: TextDataset, logits: Logits) -> ModelContent:
    """Return what a report says of a model, without explanations of its errors.

    Args:
        facts: the content of `automl.json`.
        dataset: the data, whose test rows the model was scored on.
        logits: its outputs for the test rows, shape (n, classes).
    """
    probabilities = np.exp(log_softmax(logits))
    labels = np.asarray(dataset.test.labels)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    worst = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:SHOWN_ERRORS]
    mistakes = [
        Mistake(
            row=int(row),
            text=dataset.test.texts[row],
            label=dataset.label_names[labels[row]],
            predicted=dataset.label_names[probabilities[row].argmax()],
            probability=float(probabilities[row].max()),
            of_label=float(probabilities[row, labels[row]]),
        )
        for row in worst
    ]
    return ModelContent(facts, dataset.label_names, labels, probabilities, mistakes, len(wrong))
