"""Chooses what is said of each text: a label, or none where the model is not sure, and a set of labels."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from automl.core import UsageError
from automl.decisions import Decision, decided_thresholds, interval_reach, label_sets
from trials.metrics import Logits, log_softmax
from trials.tasks import MULTI_LABEL, Calibration, LabelMatrix, given_labels

_DIGITS = 6

SEPARATOR = " | "
"""Stands between the labels of a set."""


class NameList(list[str]):
    """The labels of one text."""


class Answers(Protocol):
    """What is said of each row."""

    @property
    def columns(self) -> list[str]:
        """Names of the values of each row."""
        ...

    def values(self, logits: Logits) -> Iterator[list[object]]:
        """Yield the values of each row, in the order of `columns`.

        Args:
            logits: outputs of the model, shape (n, classes).
        """
        ...

    def summary(self) -> Iterator[str]:
        """Yield sentences about the choice; none if it was the usual one."""
        ...


@dataclass
class Labelling:
    """Chooses labels from logits, and counts what it chose.

    With a decision, the logits are divided by its temperature first, so that probabilities are calibrated.

    Attributes:
        label_names: names of the classes.
        decision: the rule; None chooses the most probable label.
        reject: probability below which a row gets no label; None labels all rows.
        coverage: probability with which a set has the true label; None gives no sets.
        has_order: whether the classes have an order, so that a set has all labels between two of its own.
    """

    label_names: Sequence[str]
    decision: Decision | None = None
    reject: float | None = None
    coverage: float | None = None
    has_order: bool = False
    rows: int = 0
    rejected: int = 0
    in_sets: int = 0

    @property
    def columns(self) -> list[str]:
        """Names of the values of each row."""
        names = ["label", "probability", *(f"probability_{label}" for label in self.label_names)]
        return names if self.coverage is None else [*names, "labels"]

    def values(self, logits: Logits) -> Iterator[list[object]]:
        """Yield the values of each row, in the order of `columns`.

        Args:
            logits: outputs of the model, shape (n, classes).
        """
        scaled = logits if self.decision is None else self.decision.scaled(logits)
        probabilities = np.exp(log_softmax(scaled))
        chosen = logits.argmax(axis=1) if self.decision is None else self.decision.chosen(logits)
        sets = None
        if self.coverage is not None and self.decision is not None:
            scores = np.asarray(self.decision.scores)
            sets = label_sets(scaled, scores, self.coverage, has_order=self.has_order)
        for row, best in enumerate(chosen):
            is_rejected = self.reject is not None and probabilities[row, best] < self.reject
            self.rows += 1
            self.rejected += int(is_rejected)
            label = None if is_rejected else self.label_names[best]
            numbers = [round(float(value), _DIGITS) for value in (probabilities[row, best], *probabilities[row])]
            found = (
                [] if sets is None else [name for name, is_in in zip(self.label_names, sets[row], strict=True) if is_in]
            )
            self.in_sets += len(found)
            yield [label, *numbers, *([] if sets is None else [SEPARATOR.join(found)])]

    def summary(self) -> Iterator[str]:
        """Yield sentences about the choice; none if it was the usual one."""
        if self.decision is not None and self.decision.goal:
            yield f"Labels are chosen for {self.decision.goal} (automl decide); --plain takes the most probable."
        if self.reject is not None:
            yield f"{self.rejected} of {self.rows} rows have no label: their probability is below {self.reject:g}."
        if self.coverage is not None and self.rows:
            mean = self.in_sets / self.rows
            yield f"Sets have the true label with a probability of {self.coverage:g}, and {mean:.2f} labels on average."


@dataclass(frozen=True)
class LabelSets:
    """Chooses the labels whose probability reaches their thresholds: several, one or none.

    Attributes:
        label_names: names of the labels.
        thresholds: the probability from which on a text gets each label.
        goal: what the thresholds serve, in words, if they are those of a decision.
    """

    label_names: Sequence[str]
    thresholds: tuple[float, ...]
    goal: str = ""

    @property
    def columns(self) -> list[str]:
        """Names of the values of each row."""
        return ["labels", *(f"probability_{label}" for label in self.label_names)]

    def chosen(self, logits: Logits) -> LabelMatrix:
        """Return whether each row gets each label, shape (n, labels).

        Args:
            logits: outputs of the model, shape (n, labels).
        """
        return given_labels(Calibration(thresholds=self.thresholds).outputs(logits))

    def names(self, logits: Logits) -> list[list[str]]:
        """Return the labels of each row.

        Args:
            logits: outputs of the model, shape (n, labels).
        """
        return [[self.label_names[int(label)] for label in np.flatnonzero(row)] for row in self.chosen(logits)]

    def values(self, logits: Logits) -> Iterator[list[object]]:
        """Yield, for each row of `logits`, a list of labels and the probability of each label."""
        probabilities = MULTI_LABEL.probabilities(logits)
        for names, row in zip(self.names(logits), probabilities, strict=True):
            yield [NameList(names), *(round(float(value), _DIGITS) for value in row)]

    def summary(self) -> Iterator[str]:
        """Yield a sentence about the choice; none if it was the usual one."""
        if self.goal:
            yield f"Labels are chosen for {self.goal} (automl decide); --plain takes the thresholds of the model."


@dataclass(frozen=True)
class PredictedNumbers:
    """Says the number of each text, and an interval around it if it is asked for.

    Attributes:
        name: what the number measures.
        coverage: probability with which an interval has the true number; None gives no intervals.
        reach: how far intervals reach from the number to both sides.
    """

    name: str
    coverage: float | None = None
    reach: float = 0.0

    @property
    def columns(self) -> list[str]:
        """Names of the values of each row."""
        return [self.name, *([] if self.coverage is None else [f"{self.name}_low", f"{self.name}_high"])]

    def values(self, logits: Logits) -> Iterator[list[object]]:
        """Yield the number of each row of `logits`, shape (n, 1), and the ends of its interval."""
        ends = [] if self.coverage is None else [self.rounded(logits - self.reach), self.rounded(logits + self.reach)]
        for values in zip(self.rounded(logits), *ends, strict=True):
            yield list(values)

    def rounded(self, logits: Logits) -> list[float]:
        """Return the number of each row, in as many digits as fp32 has.

        Args:
            logits: outputs of the model, shape (n, 1).
        """
        return [float(f"{value:.7g}") for value in logits[:, 0]]

    def summary(self) -> Iterator[str]:
        """Yield a sentence about the intervals, if there are any."""
        if self.coverage is not None:
            yield (
                f"Intervals have the true number with a probability of {self.coverage:g}: they reach {self.reach:.4g} "
                "to both sides."
            )


def numbers_of(name: str, coverage: float | None, decision: Decision | None) -> PredictedNumbers:
    """Return how the numbers of a model are told.

    Args:
        name: what the number measures.
        coverage: probability with which an interval has the true number; None for no intervals.
        decision: what `automl decide` found; None if there is nothing.

    Raises:
        UsageError: the coverage is not between 0 and 1, or there are too few scores for it.
    """
    if coverage is None:
        return PredictedNumbers(name)
    check_labelling(None, coverage, decision)
    scores = np.asarray(() if decision is None else decision.scores)
    reach = interval_reach(scores, coverage)
    if not np.isfinite(reach):
        raise UsageError(
            f"--sets {coverage:g} needs scores of {math.ceil(coverage / (1 - coverage) - 1e-9)} rows at least, but "
            f"there are {len(scores)}: ask for a smaller coverage, or search with a larger validation split"
        )
    return PredictedNumbers(name, coverage, reach)


def label_sets_of(label_names: Sequence[str], own: tuple[float, ...], decision: Decision | None) -> LabelSets:
    """Return how the labels of a model of several labels a text are chosen.

    Args:
        label_names: names of the labels.
        own: thresholds of the model.
        decision: the rule in its folder; None if there is none.
    """
    return LabelSets(label_names, decided_thresholds(own, decision), "" if decision is None else decision.goal)


SEVERAL_LABELS = "the model gives each text all labels whose probability reaches their thresholds (thresholds.json)"
A_NUMBER = "the model gives each text a number, and no label"
"""Why there is no class to choose."""


def check_no_choice(because: str, reject: float | None, coverage: float | None, *, plain: bool = False) -> None:
    """Refuse what has a meaning only where each text gets one class.

    Args:
        because: what the model gives, as a sentence without its end.
        reject: the smallest probability of a label.
        coverage: the coverage of sets.
        plain: whether the most probable label was asked for.

    Raises:
        UsageError: something was asked for.
    """
    for option, is_given in (("--reject", reject is not None), ("--sets", coverage is not None), ("--plain", plain)):
        if is_given:
            raise UsageError(f"{option} must be left out: {because}")


def check_labelling(reject: float | None, coverage: float | None, decision: Decision | None) -> None:
    """Check the user's numbers before any work.

    Args:
        reject: the smallest probability of a label.
        coverage: the coverage of sets.
        decision: the rule of the model folder; None if it has none.

    Raises:
        UsageError: a number is not between 0 and 1, or the model has no scores for sets.
    """
    for option, number in (("--reject", reject), ("--sets", coverage)):
        if number is not None and not 0 < number < 1:
            raise UsageError(f"{option} must be a number between 0 and 1, not {number:g}")
    if coverage is not None and (decision is None or not decision.scores):
        raise UsageError(
            "--sets needs scores of rows that the model did not see; write them first: automl decide STUDY"
        )
