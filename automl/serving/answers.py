"""What the service says of a text: its label, its labels where it may have several, or its number."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from pydantic import BaseModel, Field

from automl.decisions import Decision, label_sets
from automl.export import LabelSets, check_labelling, label_sets_of, numbers_of
from automl.serving.requests import ClassRequest, LabelSetRequest, NumberRequest
from trials.metrics import Logits, log_softmax
from trials.tasks import MULTI_LABEL, REGRESSION, task_of_model


class Prediction(BaseModel):
    """The answer for one text."""

    label: str
    probability: float
    probabilities: dict[str, float] | None = Field(default=None, description="By label; only if they were asked for.")
    labels: list[str] | None = Field(
        default=None,
        description="The set of labels that has the true one with the probability `sets`; only if it was asked for.",
    )


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
    low: float | None = Field(default=None, description="Lower end of the interval; only if it was asked for.")
    high: float | None = Field(
        default=None,
        description="Upper end: the true number lies between both with the probability `sets` of the request.",
    )


class NumberPredictions(BaseModel):
    """The answers for all texts, in their order."""

    number: str = Field(description="What is predicted: the column that the model was trained on.")
    predictions: list[NumberPrediction]


class Answering(Protocol):
    """Gives the body of an answer."""

    @property
    def request(self) -> type[BaseModel]:
        """What may be asked beside texts or rows: `ClassRequest`, `LabelSetRequest` or `NumberRequest`."""
        ...

    @property
    def facts(self) -> dict[str, object]:
        """What the model predicts, for `/health`."""
        ...

    @property
    def body(self) -> type[BaseModel]:
        """The class of the bodies, which the page about the service describes."""
        ...

    def check(self, sets: float | None) -> None:
        """Refuse sets or intervals that cannot be given, before anything is computed.

        Args:
            sets: the probability with which they have what is true; None for none.

        Raises:
            UsageError: there are no scores for them, or too few.
        """
        ...

    def answer(self, logits: Logits, *, all_labels: bool, sets: float | None) -> BaseModel:
        """Return the body.

        Args:
            logits: outputs of the model, shape (texts, labels).
            all_labels: whether to give the probability of each label.
            sets: as in `check`, which it passed.
        """
        ...


class OneLabel:
    """Answers with the label of each text.

    Args:
        label_names: names of the classes.
        decision: how labels follow from the logits; None chooses the most probable label.
        has_order: whether the classes have an order, so that a set has all labels between two of its own.
    """

    request = ClassRequest
    body = Predictions

    def __init__(
        self, label_names: Sequence[str], decision: Decision | None = None, *, has_order: bool = False
    ) -> None:
        self._names = tuple(label_names)
        self._decision = decision or Decision(self._names)
        self._scores = np.asarray(self._decision.scores)
        self._has_order = has_order

    @property
    def facts(self) -> dict[str, object]:
        return {"labels": list(self._names)}

    def check(self, sets: float | None) -> None:
        check_labelling(None, sets, self._decision)

    def answer(self, logits: Logits, *, all_labels: bool, sets: float | None) -> Predictions:
        scaled, chosen = self._decision.scaled(logits), self._decision.chosen(logits)
        labels = self._labels(scaled, sets)
        found = []
        for row, best, own in zip(np.exp(log_softmax(scaled)), chosen, labels, strict=True):
            shares = dict(zip(self._names, row.tolist(), strict=True)) if all_labels else None
            label, probability = self._names[best], float(row[best])
            found.append(Prediction(label=label, probability=probability, probabilities=shares, labels=own))
        return Predictions(predictions=found)

    def _labels(self, scaled: Logits, sets: float | None) -> Sequence[list[str] | None]:
        """Return the set of labels of each row; None for each if no sets were asked for."""
        if sets is None:
            return [None] * len(scaled)
        chosen = label_sets(scaled, self._scores, sets, has_order=self._has_order)
        return [[self._names[label] for label in np.flatnonzero(row)] for row in chosen]


class SeveralLabels:
    """Answers with the labels of each text whose probability reaches their thresholds.

    Args:
        sets: chooses the labels.
    """

    request = LabelSetRequest
    body = LabelSetPredictions

    def __init__(self, sets: LabelSets) -> None:
        self._sets = sets

    @property
    def facts(self) -> dict[str, object]:
        return {"labels": list(self._sets.label_names)}

    def check(self, sets: float | None) -> None:
        """Do nothing: its requests have no sets."""

    def answer(self, logits: Logits, *, all_labels: bool, sets: float | None) -> LabelSetPredictions:
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
        decision: how far the model errs, for intervals; None gives none.
    """

    request = NumberRequest
    body = NumberPredictions

    def __init__(self, name: str, decision: Decision | None = None) -> None:
        self._name = name
        self._decision = decision

    @property
    def facts(self) -> dict[str, object]:
        return {"number": self._name}

    def check(self, sets: float | None) -> None:
        numbers_of(self._name, sets, self._decision)

    def answer(self, logits: Logits, *, all_labels: bool, sets: float | None) -> NumberPredictions:
        numbers = numbers_of(self._name, sets, self._decision)
        fields = ("value",) if sets is None else ("value", "low", "high")
        rows = (dict(zip(fields, values, strict=True)) for values in numbers.values(logits))
        found = [NumberPrediction.model_validate(row) for row in rows]
        return NumberPredictions(number=self._name, predictions=found)


def answering_of(
    label_names: Sequence[str],
    thresholds: tuple[float, ...] = (),
    decision: Decision | None = None,
    *,
    has_order: bool = False,
) -> Answering:
    """Return what a service says of texts, as `automl predict` does.

    Args:
        label_names: names of the outputs of the model.
        thresholds: the probability from which on a text gets each label; empty if it gets one.
        decision: the rule beside the model; None if there is none.
        has_order: whether the labels have an order.
    """
    if thresholds:
        return SeveralLabels(label_sets_of(label_names, thresholds, decision))
    if task_of_model(label_names, thresholds) is REGRESSION:
        return OneNumber(label_names[0], decision)
    return OneLabel(label_names, decision, has_order=has_order)
