"""What the service says of a text: its label, or its labels where it may have several."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from pydantic import BaseModel, Field

from automl.decisions import Decision
from automl.export import LabelSets
from trials.metrics import Logits, log_softmax
from trials.tasks import MULTI_LABEL


class Prediction(BaseModel):
    """The answer for one text."""

    label: str
    probability: float
    probabilities: dict[str, float] | None = Field(default=None, description="By label; only if they were asked for.")


class Predictions(BaseModel):
    """The answers for all texts, in their order."""

    predictions: list[Prediction]


class LabelSetPrediction(BaseModel):
    """The answer for one text, which may have several labels or none."""

    labels: list[str]
    probabilities: dict[str, float] = Field(
        description="Of the labels that are given; of all labels if they were asked for. Each has one of its own."
    )


class LabelSetPredictions(BaseModel):
    """The answers for all texts, in their order."""

    predictions: list[LabelSetPrediction]


class Answering(Protocol):
    """Gives the body of an answer."""

    @property
    def body(self) -> type[BaseModel]:
        """The class of the bodies, which the page about the service describes."""
        ...

    def answer(self, logits: Logits, *, all_labels: bool) -> BaseModel:
        """Return the body.

        Args:
            logits: outputs of the model, shape (texts, labels).
            all_labels: whether to give the probability of each label.
        """
        ...


class OneLabel:
    """Answers with the label of each text.

    Args:
        label_names: names of the classes.
        decision: how labels follow from the logits; None chooses the most probable label.
    """

    body = Predictions

    def __init__(self, label_names: Sequence[str], decision: Decision | None = None) -> None:
        self._names = tuple(label_names)
        self._decision = decision or Decision(self._names)

    def answer(self, logits: Logits, *, all_labels: bool) -> Predictions:
        chosen = self._decision.chosen(logits)
        found = []
        for row, best in zip(np.exp(log_softmax(self._decision.scaled(logits))), chosen, strict=True):
            shares = dict(zip(self._names, row.tolist(), strict=True)) if all_labels else None
            found.append(Prediction(label=self._names[best], probability=float(row[best]), probabilities=shares))
        return Predictions(predictions=found)


class SeveralLabels:
    """Answers with the labels of each text whose probability reaches their thresholds.

    Args:
        sets: chooses the labels.
    """

    body = LabelSetPredictions

    def __init__(self, sets: LabelSets) -> None:
        self._sets = sets

    def answer(self, logits: Logits, *, all_labels: bool) -> LabelSetPredictions:
        found = []
        for labels, row in zip(self._sets.names(logits), MULTI_LABEL.probabilities(logits).tolist(), strict=True):
            shares = dict(zip(self._sets.label_names, row, strict=True))
            told = shares if all_labels else {label: shares[label] for label in labels}
            found.append(LabelSetPrediction(labels=labels, probabilities=told))
        return LabelSetPredictions(predictions=found)
