"""How labels follow from the outputs of a model: a small file beside the model, which whatever labels texts obeys."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.errors import ClassifierError
from trials.metrics import Labels, Logits, log_softmax

DECISION_FILE = "decision.json"

DECISION_FORMAT = 1
"""Version of the file."""


@dataclass(frozen=True)
class Decision:
    """A rule that chooses labels, and what sets of labels need.

    Attributes:
        label_names: names of the classes of the model.
        goal: what the rule serves, in words, such as `the best macro_f1`; empty for the most probable label.
        temperature: number by which the model's logits are divided before the rule applies.
        offsets: added to the log-probabilities; the class with the largest sum is chosen. None: the most probable.
        costs: cost of each true class and chosen class, instead of offsets: the class with the smallest expected cost
            is chosen.
        scores: conformal scores in ascending order, of rows that the model was not fitted to.
        source: which rows these are, in words.
        effects: what the rule changes, by split: numbers by name.
        thresholds: the probability from which on a text gets each label, where it may have several; None: those of the
            model.
    """

    label_names: tuple[str, ...]
    goal: str = ""
    temperature: float = 1.0
    offsets: tuple[float, ...] | None = None
    costs: tuple[tuple[float, ...], ...] | None = None
    scores: tuple[float, ...] = ()
    source: str = ""
    effects: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    thresholds: tuple[float, ...] | None = None

    def scaled(self, logits: Logits) -> Logits:
        """Return `logits` divided by the temperature; probabilities and sets come from them."""
        return logits / self.temperature

    def chosen(self, logits: Logits) -> Labels:
        """Return the chosen class of each row, shape (n,).

        Args:
            logits: outputs of the model, shape (n, classes).
        """
        log_probabilities = log_softmax(self.scaled(logits))
        if self.costs is not None:
            expected: NDArray[np.float64] = np.exp(log_probabilities) @ np.asarray(self.costs)
            cheapest: Labels = expected.argmin(axis=1)
            return cheapest
        chosen: Labels = (log_probabilities + np.asarray(self.offsets or 0.0)).argmax(axis=1)
        return chosen


def read_decision(folder: Path, label_names: Sequence[str]) -> Decision | None:
    """Return the decision in a model folder; None if it has none.

    Args:
        folder: the model folder.
        label_names: names of the classes of the model that is there.

    Raises:
        ClassifierError: the file cannot be read, or belongs to a model with other labels.
    """
    file = folder / DECISION_FILE
    if not file.exists():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError(f"it must hold an object, not {type(content).__name__}")
        if content.pop("format") != DECISION_FORMAT:
            raise ValueError("it has another format")
        costs, offsets, thresholds = content.pop("costs"), content.pop("offsets"), content.pop("thresholds", None)
        decision = Decision(
            label_names=tuple(content.pop("label_names")),
            offsets=None if offsets is None else tuple(map(float, offsets)),
            costs=None if costs is None else tuple(tuple(map(float, row)) for row in costs),
            thresholds=None if thresholds is None else tuple(map(float, thresholds)),
            scores=tuple(map(float, content.pop("scores"))),
            **content,
        )
        if decision.thresholds is not None and len(decision.thresholds) != len(decision.label_names):
            raise ValueError("it must have a threshold for each label")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ClassifierError(
            f"{str(file)!r} must be as `automl decide` wrote it, but: {error}; delete it, or decide again"
        ) from error
    if decision.label_names != tuple(label_names):
        raise ClassifierError(
            f"{str(file)!r} is for another model: its labels are not those of the model; decide again"
        )
    return decision


def decided_thresholds(own: tuple[float, ...], decision: Decision | None) -> tuple[float, ...]:
    """Return the probability from which on a text gets each label: as decided, or else as the model has it.

    Args:
        own: thresholds of the model; empty for one label a text.
        decision: the decision in its folder; None if there is none.
    """
    return own if decision is None or decision.thresholds is None else decision.thresholds
