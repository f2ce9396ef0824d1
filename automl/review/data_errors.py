"""What may be wrong with the rows of a study: doubtful labels, contradictions, near copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.review.confident_learning import LabelDoubts, doubt_labels
from trials.data import TextDataset
from trials.data.labels import written
from trials.data.quality import RowOrigin, near_copies, text_key
from trials.tasks import SINGLE_LABEL, LabelArray

MOST_MISTAKES = 100
"""Confident mistakes that are listed beside the likely label errors."""


class ErrorKind(StrEnum):
    """A reason to look at a row, the strongest first."""

    LABEL = "label"
    CONTRADICTION = "contradiction"
    COPY_OTHER_LABEL = "copy-other-label"
    COPY_OTHER_SPLIT = "copy-other-split"
    MISTAKE = "mistake"


MEANINGS = {
    ErrorKind.LABEL: "likely label errors: other models are sure of another label",
    ErrorKind.CONTRADICTION: "texts that occur with several labels, which no model was trained on",
    ErrorKind.COPY_OTHER_LABEL: "near copies with different labels",
    ErrorKind.COPY_OTHER_SPLIT: "near copies in different splits, which flatter the scores",
    ErrorKind.MISTAKE: "other rows whose label the models get wrong, the surest first",
}


@dataclass(frozen=True)
class SuspectRow:
    """A row that a person should look at.

    Attributes:
        kinds: the reasons, the strongest first.
        split: its split; empty if it is in none.
        text: its text.
        label: its label, or a list of them as JSON; several ones of a contradiction, joined by " | ".
        suggested: the label that the models suggest; None if they did not judge the row.
        given_probability: the models' probability of `label`; None if they did not judge the row.
        suggested_probability: their probability of `suggested`.
        origins: where rows with this text lie.
        copies: where its near copies lie.
    """

    kinds: tuple[ErrorKind, ...]
    split: str
    text: str
    label: str
    suggested: str | None = None
    given_probability: float | None = None
    suggested_probability: float | None = None
    origins: tuple[RowOrigin, ...] = ()
    copies: tuple[RowOrigin, ...] = ()


def suspect_rows(
    dataset: TextDataset, probabilities: NDArray[np.float64], origins: dict[str, list[RowOrigin]]
) -> list[SuspectRow]:
    """Return the rows to look at, the most suspicious first: by their strongest kind, then by the models' doubt.

    Args:
        dataset: the data set.
        probabilities: of models that were not fitted to the row, for the first rows of training, validation and test
            rows in this order, shape (n, classes).
        origins: where the rows lie, by `text_key` of their text.
    """
    parts = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    splits = [name for name, part in parts.items() for _ in part.texts]
    texts = [text for part in parts.values() for text in part.texts]
    labels = np.concatenate([part.labels for part in parts.values()])
    judged = len(probabilities)
    doubts = doubt_labels(probabilities, labels[:judged])
    kinds = _kinds(doubts)
    copies = _add_copies(texts, labels, splits, kinds)

    def found(row: int) -> tuple[RowOrigin, ...]:
        return tuple(origins.get(text_key(texts[row]), ()))

    rows = []
    for row in _order(kinds, doubts):
        known = row < judged
        suspect = SuspectRow(
            kinds=tuple(sorted(kinds[row], key=list(ErrorKind).index)),
            split=splits[row],
            text=texts[row],
            label=_written(dataset, labels[row]),
            suggested=_written(dataset, doubts.suggested[row]) if known else None,
            given_probability=float(doubts.given_probability[row]) if known else None,
            suggested_probability=float(doubts.suggested_probability[row]) if known else None,
            origins=found(row),
            copies=tuple(origin for copy in copies.get(row, ()) for origin in found(copy)),
        )
        rows.append(suspect)
    return _with_contradictions(rows, _contradictions(texts, origins))


def _written(dataset: TextDataset, label: Any) -> str:
    """Return a label as a correction is written: a name, or a list of names."""
    if dataset.task is SINGLE_LABEL:
        return dataset.label_names[int(label)]
    return written(dataset.label_names[index] for index in np.flatnonzero(label))


def _kinds(doubts: LabelDoubts) -> dict[int, set[ErrorKind]]:
    """Return the rows whose labels are in doubt."""
    kinds: dict[int, set[ErrorKind]] = {int(row): {ErrorKind.LABEL} for row in np.flatnonzero(doubts.is_error)}
    mistakes = [int(row) for row in doubts.ranking() if doubts.margin[row] > 0 and not doubts.is_error[row]]
    return kinds | {row: {ErrorKind.MISTAKE} for row in mistakes[:MOST_MISTAKES]}


def _add_copies(
    texts: Sequence[str], labels: LabelArray, splits: Sequence[str], kinds: dict[int, set[ErrorKind]]
) -> dict[int, list[int]]:
    """Add the kinds of near copies to `kinds`, and return the copies of each row; copies that agree do no harm."""
    copies: dict[int, list[int]] = {}
    for pair in near_copies(texts):
        first, second = pair
        found = set()
        if np.any(labels[first] != labels[second]):
            found.add(ErrorKind.COPY_OTHER_LABEL)
        if splits[first] != splits[second]:
            found.add(ErrorKind.COPY_OTHER_SPLIT)
        for row, other in (pair, pair[::-1]) if found else ():
            kinds.setdefault(row, set()).update(found)
            copies.setdefault(row, []).append(other)
    return copies


def _order(kinds: dict[int, set[ErrorKind]], doubts: LabelDoubts) -> list[int]:
    strength = list(ErrorKind).index

    def key(row: int) -> tuple[int, float]:
        margin = doubts.margin[row] if row < len(doubts.margin) else -1.0
        return min(map(strength, kinds[row])), -float(margin)

    return sorted(kinds, key=key)


def _contradictions(texts: Sequence[str], origins: dict[str, list[RowOrigin]]) -> list[SuspectRow]:
    """Return the texts that were left out of the data because they have several labels."""
    used = set(map(text_key, texts))
    rows = []
    for key, found in origins.items():
        names = sorted({origin.label for origin in found})
        if len(names) > 1 and key not in used:
            rows.append(SuspectRow((ErrorKind.CONTRADICTION,), "", key, " | ".join(names), origins=tuple(found)))
    return rows


def _with_contradictions(rows: list[SuspectRow], contradictions: list[SuspectRow]) -> list[SuspectRow]:
    strength = list(ErrorKind).index
    return sorted([*rows, *contradictions], key=lambda row: strength(row.kinds[0]))
