"""What the service says of a text: its label, its labels where it may have several, or its number."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from pydantic import BaseModel, Field

from automl.decisions import Decision
from automl.export import LabelSets, PredictedNumbers, label_sets_of
from automl.serving.requests import ClassRequest, NumberRequest
from trials.metrics import Logits, log_softmax
from trials.tasks import MULTI_LABEL, REGRESSION, task_of_model


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


class NumberPrediction(BaseModel):
    """The answer for one text of a model that gives numbers."""

    value: float = Field(description="In the unit of the column that the model was trained on.")


class NumberPredictions(BaseModel):
    """The answers for all texts, in their order."""

    number: str = Field(description="What is predicted: the column that the model was trained on.")
    predictions: list[NumberPrediction]


class Answering(Protocol):
    """Gives the body of an answer."""

    @property
    def request(self) -> type[BaseModel]:
        """What may be asked beside texts or rows: `ClassRequest` or `NumberRequest`."""
        ...

    @property
    def facts(self) -> dict[str, object]:
        """What the model predicts, for `/health`."""
        ...

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

    request = ClassRequest
    body = Predictions

    def __init__(self, label_names: Sequence[str], decision: Decision | None = None) -> None:
        self._names = tuple(label_names)
        self._decision = decision or Decision(self._names)

    @property
    def facts(self) -> dict[str, object]:
        return {"labels": list(self._names)}

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

    request = ClassRequest
    body = LabelSetPredictions

    def __init__(self, sets: LabelSets) -> None:
        self._sets = sets

    @property
    def facts(self) -> dict[str, object]:
        return {"labels": list(self._sets.label_names)}

    def answer(self, logits: Logits, *, all_labels: bool) -> LabelSetPredictions:
        found = []
        for labels, row in zip(self._sets.names(logits), MULTI_LABEL.probabilities(logits).tolist(), strict=True):
            shares = dict(zip(self._sets.label_names, row, strict=True))
            told = shares if all_labels else {label: shares[label] for label in labels}
            found.append(LabelSetPrediction(labels=labels, probabilities=told))
        return LabelSetPredictions(predictions=found)


class OneNumber:
    """Answers with the number of each text.

    Args:
        name: what is predicted.
    """

    request = NumberRequest
    body = NumberPredictions

    def __init__(self, name: str) -> None:
        self._numbers = PredictedNumbers(name)

    @property
    def facts(self) -> dict[str, object]:
        return {"number": self._numbers.name}

    def answer(self, logits: Logits, *, all_labels: bool) -> NumberPredictions:
        found = [NumberPrediction(value=value) for value in self._numbers.rounded(logits)]
        return NumberPredictions(number=self._numbers.name, predictions=found)


def answering_of(
    label_names: Sequence[str], thresholds: tuple[float, ...] = (), decision: Decision | None = None
) -> Answering:
    """Return what a service says of texts, as `automl predict` does.

    Args:
        label_names: names of the outputs of the model.
        thresholds: the probability from which on a text gets each label; empty if it gets one.
        decision: the rule beside the model; None if there is none.
    """
    if thresholds:
        return SeveralLabels(label_sets_of(label_names, thresholds, decision))
    if task_of_model(label_names, thresholds) is REGRESSION:
        return OneNumber(label_names[0])
    return OneLabel(label_names, decision)
