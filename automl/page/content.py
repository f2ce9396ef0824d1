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
from trials.metrics import Logits
from trials.tasks import MULTI_LABEL, ClassTask, LabelArray, LabelMatrix, calibrated_logits, given_labels

SHOWN_ERRORS = 20
"""Number of most confident errors that are listed."""


NO_LABEL = "no label"
"""What a text without labels is said to have."""


@dataclass(frozen=True)
class Mistake:
    """A test row that the model gets wrong.

    Attributes:
        row: index of the row in the test split.
        text: its text.
        label: its label.
        predicted: the label that the model gives.
        probability: the probability that it gives it; of numbers the error, predicted less true.
        of_label: the probability that it gives the row's own label.
        explanation: what the words contribute to the predicted label; None if that was not computed.
        tokens: what its tokens contribute, by integrated gradients; None if that was not computed.
        about: with several labels a text, the one that the model is most wrong about, whose probability and
            explanation these are; None if a text has one.
    """

    row: int
    text: str
    label: str
    predicted: str
    probability: float
    of_label: float
    explanation: Explanation | None = None
    tokens: Explanation | None = None
    about: str | None = None


@dataclass(frozen=True)
class NumberContent:
    """The test rows of a model of numbers.

    Attributes:
        name: what the numbers measure.
        true: true numbers, shape (n,).
        predicted: predicted numbers, shape (n,).
    """

    name: str
    true: NDArray[np.float64]
    predicted: NDArray[np.float64]


@dataclass(frozen=True)
class ModelContent:
    """The model that was handed over, and its errors.

    Attributes:
        facts: the content of `automl.json`.
        label_names: names of the classes.
        labels: labels of the test rows.
        probabilities: of each class for the test rows, shape (n, classes).
        mistakes: the most confident errors, the most confident first.
        wrong: number of all rows that are not right in all.
        given: with several labels a text, whether each is given to each test row, shape (n, classes); None: each row
            gets the most probable class.
        numbers: true and predicted numbers; None if the model gives classes.
    """

    facts: Mapping[str, Json]
    label_names: Sequence[str]
    labels: LabelArray
    probabilities: NDArray[np.float64]
    mistakes: Sequence[Mistake]
    wrong: int
    given: LabelMatrix | None = None
    numbers: NumberContent | None = None


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
        logits: its outputs for the test rows.
    """
    task, labels = dataset.task, np.asarray(dataset.test.labels)
    if not isinstance(task, ClassTask):
        numbers = NumberContent(dataset.label_names[0], labels, logits[:, 0])
        return ModelContent(
            facts, dataset.label_names, labels, logits, _of_numbers(dataset, numbers), 0, numbers=numbers
        )
    probabilities = task.probabilities(calibrated_logits(logits))
    wrong = np.flatnonzero(~task.right(logits, labels))
    given = given_labels(logits) if task is MULTI_LABEL else None
    mistakes = _of_one(dataset, probabilities, wrong) if given is None else _of_sets(dataset, probabilities, given)
    return ModelContent(facts, dataset.label_names, labels, probabilities, mistakes, len(wrong), given)


def _of_one(dataset: TextDataset, probabilities: NDArray[np.float64], wrong: NDArray[np.int64]) -> list[Mistake]:
    """Return the most confident of the errors."""
    labels = dataset.test.labels
    worst = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:SHOWN_ERRORS]
    return [
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


def _of_numbers(dataset: TextDataset, numbers: NumberContent) -> list[Mistake]:
    """Return the rows with the largest errors."""
    errors = numbers.predicted - numbers.true
    return [
        Mistake(
            row=int(row),
            text=dataset.test.texts[row],
            label=f"{numbers.true[row]:.5g}",
            predicted=f"{numbers.predicted[row]:.5g}",
            probability=float(errors[row]),
            of_label=float(errors[row]),
        )
        for row in np.argsort(-np.abs(errors), kind="stable")[:SHOWN_ERRORS]
    ]


def _of_sets(dataset: TextDataset, probabilities: NDArray[np.float64], given: LabelMatrix) -> list[Mistake]:
    """Return the rows in which the model is most wrong about a label, each with that label."""
    labels = dataset.test.labels
    errors = np.where(given != labels, np.abs(probabilities - labels), -1.0)
    rows = np.argsort(-errors.max(axis=1), kind="stable")[:SHOWN_ERRORS]
    names = dataset.label_names

    def listed(row: LabelMatrix) -> str:
        return ", ".join(names[label] for label in np.flatnonzero(row)) or NO_LABEL

    return [
        Mistake(
            row=int(row),
            text=dataset.test.texts[row],
            label=listed(labels[row]),
            predicted=listed(given[row]),
            probability=float(probabilities[row, about]),
            of_label=float(probabilities[row, about]),
            about=names[about],
        )
        for row, about in zip(rows, errors[rows].argmax(axis=1), strict=True)
        if errors[row, about] >= 0.0
    ]
