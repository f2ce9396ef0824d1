"""What may be wrong with the rows of a study: doubtful labels, contradictions, near copies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from automl.review.confident_learning import LabelDoubts, doubt_labels
from automl.review.ordered_doubts import NumberDoubts, RankDoubts, doubt_numbers, doubt_ranks
from trials.data import TextDataset
from trials.data.columns import number_of
from trials.data.labels import written
from trials.data.quality import RowOrigin, near_copies, text_key
from trials.tasks import MULTI_LABEL, ORDINAL, REGRESSION, LabelArray, Task, task_of

MOST_MISTAKES = 100
"""Confident mistakes that are listed beside the likely label errors."""


class ErrorKind(StrEnum):
    """A reason to look at a row, the strongest first."""

    LABEL = "label"
    CONTRADICTION = "contradiction"
    COPY_OTHER_LABEL = "copy-other-label"
    COPY_OTHER_SPLIT = "copy-other-split"
    MISTAKE = "mistake"


_MEANINGS = {
    ErrorKind.LABEL: "likely label errors: other models are sure of another label",
    ErrorKind.CONTRADICTION: "texts that occur with several labels, which no model was trained on",
    ErrorKind.COPY_OTHER_LABEL: "near copies with different labels",
    ErrorKind.COPY_OTHER_SPLIT: "near copies in different splits, which flatter the scores",
    ErrorKind.MISTAKE: "other rows whose label the models get wrong, the surest first",
}

_RANK_MEANINGS = {
    **_MEANINGS,
    ErrorKind.LABEL: "ranks that other models expect to be one rank or more farther off than their suggestion",
}

_NUMBER_MEANINGS = {
    ErrorKind.LABEL: "numbers that lie far from what other models predict, measured by the usual error of these",
    ErrorKind.CONTRADICTION: "texts that occur with numbers far apart, whose mean was learnt",
    ErrorKind.COPY_OTHER_LABEL: "near copies with numbers far apart",
    ErrorKind.COPY_OTHER_SPLIT: _MEANINGS[ErrorKind.COPY_OTHER_SPLIT],
    ErrorKind.MISTAKE: "other rows whose number the models get wrong, the farthest first",
}

Doubts: TypeAlias = LabelDoubts | NumberDoubts


def meanings_of(task: Task) -> Mapping[ErrorKind, str]:
    """Return what each kind means for the labels of a task, in words."""
    return {REGRESSION: _NUMBER_MEANINGS, ORDINAL: _RANK_MEANINGS}.get(task, _MEANINGS)


@dataclass(frozen=True)
class SuspectRow:
    """A row that a person should look at.

    Attributes:
        kinds: the reasons, the strongest first.
        split: its split; empty if it is in none.
        text: its text.
        label: its label, a list of them as JSON, or its number; several ones of a contradiction, joined by " | ".
        suggested: the label or number that the models suggest; None if they did not judge the row.
        given_probability: the models' probability of `label`; None of a number, or if they did not judge the row.
        suggested_probability: their probability of `suggested`.
        distance: how far off `label` is: of numbers from `suggested`, in usual errors of the models; of ranks how much
            farther than `suggested` in the mean over their probabilities; None of classes without an order.
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
    distance: float | None = None
    origins: tuple[RowOrigin, ...] = ()
    copies: tuple[RowOrigin, ...] = ()


def suspect_rows(
    dataset: TextDataset,
    probabilities: NDArray[np.float64],
    origins: dict[str, list[RowOrigin]],
    corrected: Collection[str] = (),
) -> list[SuspectRow]:
    """Return the rows to look at, the most suspicious first: by their strongest kind, then by the models' doubt.

    Args:
        dataset: the data set.
        probabilities: of models that were not fitted to the row, or the numbers that they predict, for the first rows
            of training, validation and test rows in this order, shape (n, classes).
        origins: where the rows lie, by `text_key` of their text.
        corrected: keys of texts that a person has corrected, so that several numbers of theirs count no more.
    """
    parts = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    splits = [name for name, part in parts.items() for _ in part.texts]
    texts = [text for part in parts.values() for text in part.texts]
    labels = np.concatenate([part.labels for part in parts.values()])
    judged = len(probabilities)
    doubts = _doubts(probabilities, labels[:judged])
    kinds = _kinds(doubts)
    if isinstance(doubts, NumberDoubts):
        uncorrected = {key: found for key, found in origins.items() if key not in corrected}
        _add_spread_numbers(texts, uncorrected, doubts.usual_error, kinds)
    copies = _add_copies(texts, labels, splits, kinds, doubts.usual_error if isinstance(doubts, NumberDoubts) else 0.0)

    def found(row: int) -> tuple[RowOrigin, ...]:
        return tuple(origins.get(text_key(texts[row]), ()))

    rows = []
    for row in _order(kinds, doubts):
        suspect = SuspectRow(
            kinds=tuple(sorted(kinds[row], key=list(ErrorKind).index)),
            split=splits[row],
            text=texts[row],
            label=_written(dataset, labels[row]),
            origins=found(row),
            copies=tuple(origin for copy in copies.get(row, ()) for origin in found(copy)),
        )
        rows.append(_judged(suspect, dataset, doubts, row) if row < judged else suspect)
    if dataset.task is REGRESSION:  # texts with several numbers are among the rows, with their mean
        return rows
    return _with_contradictions(rows, _contradictions(texts, origins))


def _doubts(probabilities: NDArray[np.float64], labels: LabelArray) -> Doubts:
    if task_of(labels) is REGRESSION:
        return doubt_numbers(probabilities[:, 0], labels)
    return (doubt_ranks if task_of(labels) is ORDINAL else doubt_labels)(probabilities, labels)


def _judged(suspect: SuspectRow, dataset: TextDataset, doubts: Doubts, row: int) -> SuspectRow:
    """Return a row with what the models say of it."""
    suggested = doubts.suggested[row]
    if isinstance(doubts, NumberDoubts):
        return replace(suspect, suggested=f"{suggested:.4g}", distance=float(doubts.distances[row]))
    return replace(
        suspect,
        suggested=_written(dataset, suggested),
        given_probability=float(doubts.given_probability[row]),
        suggested_probability=float(doubts.suggested_probability[row]),
        distance=float(doubts.excess[row]) if isinstance(doubts, RankDoubts) else None,
    )


def _written(dataset: TextDataset, label: Any) -> str:
    """Return a label as a correction is written: a name, a list of names, or a number."""
    if dataset.task is REGRESSION:
        return f"{label:.12g}"
    if dataset.task is not MULTI_LABEL:
        return dataset.label_names[int(label)]
    return written(dataset.label_names[index] for index in np.flatnonzero(label))


def _kinds(doubts: Doubts) -> dict[int, set[ErrorKind]]:
    """Return the rows whose labels are in doubt."""
    kinds: dict[int, set[ErrorKind]] = {int(row): {ErrorKind.LABEL} for row in np.flatnonzero(doubts.is_error)}
    mistakes = [int(row) for row in doubts.ranking() if doubts.is_mistake[row] and not doubts.is_error[row]]
    return kinds | {row: {ErrorKind.MISTAKE} for row in mistakes[:MOST_MISTAKES]}


def _add_spread_numbers(
    texts: Sequence[str], origins: Mapping[str, Sequence[RowOrigin]], least: float, kinds: dict[int, set[ErrorKind]]
) -> None:
    """Add to `kinds` the texts that occur with numbers more than `least` apart."""
    for row, text in enumerate(texts):
        read = (number_of(origin.label) for origin in origins.get(text_key(text), ()))
        given = [number for number in read if number is not None]
        if given and max(given) - min(given) > least:
            kinds.setdefault(row, set()).add(ErrorKind.CONTRADICTION)


def _add_copies(
    texts: Sequence[str], labels: LabelArray, splits: Sequence[str], kinds: dict[int, set[ErrorKind]], least: float
) -> dict[int, list[int]]:
    """Add the kinds of near copies to `kinds`, and return the copies of each row; copies that agree do no harm.

    Numbers agree if they are at most `least` apart.
    """
    is_number = task_of(labels) is REGRESSION
    copies: dict[int, list[int]] = {}
    for pair in near_copies(texts):
        first, second = pair
        found = set()
        if abs(labels[first] - labels[second]) > least if is_number else np.any(labels[first] != labels[second]):
            found.add(ErrorKind.COPY_OTHER_LABEL)
        if splits[first] != splits[second]:
            found.add(ErrorKind.COPY_OTHER_SPLIT)
        for row, other in (pair, pair[::-1]) if found else ():
            kinds.setdefault(row, set()).update(found)
            copies.setdefault(row, []).append(other)
    return copies


def _order(kinds: dict[int, set[ErrorKind]], doubts: Doubts) -> list[int]:
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
