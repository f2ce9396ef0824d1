"""What a teacher says of texts, as targets of a student."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.core import DataProblem
from automl.export import load_classifier
from trials.data import SoftTargets, Split, TextDataset
from trials.files import TextClassifier
from trials.metrics import Logits
from trials.tasks import MULTI_LABEL, ORDINAL, REGRESSION, LabelArray, Task, by_class, task_of

AT_ONCE = 128
"""Texts between two looks at the clock."""


@dataclass(frozen=True)
class Taught:
    """Data with a teacher's probabilities, or its numbers, as targets.

    Attributes:
        dataset: the data; further texts are at the end of the training split.
        labelled: number of training texts before them.
    """

    dataset: TextDataset
    labelled: int


def load_teacher(folder: Path, dataset: TextDataset) -> TextClassifier:
    """Load a teacher that knows the labels of the data.

    Args:
        folder: its folder.
        dataset: the data.

    Raises:
        UsageError: it cannot be read.
        DataProblem: the labels of the data are others.
    """
    teacher = load_classifier(folder)
    if tuple(teacher.label_names) != dataset.label_names:
        raise DataProblem(
            f"the labels of the data must be those of the model ({', '.join(teacher.label_names)}), not "
            f"{', '.join(dataset.label_names)}"
        )
    return teacher


def taught(
    teacher: TextClassifier, dataset: TextDataset, temperature: float, seconds: float, say: Callable[[str], None]
) -> Taught:
    """Return the data with the teacher's probabilities as targets of the training texts, and of further texts.

    A teacher of numbers says no more than a label can: its numbers take the place of the labels.

    Where there is no time for all training texts, a stratified sample of them is read, and no further text.

    Args:
        teacher: the teacher.
        dataset: the data.
        temperature: by which the teacher's logits are divided.
        seconds: time for reading; the first `AT_ONCE` texts are read in any case.
        say: receives a line before what takes long.
    """
    train, further, task = dataset.train, dataset.unlabeled, dataset.task
    ends = time.monotonic() + seconds
    say(f"The teacher reads {len(train):,} training texts")
    order = _stratified_order(train.labels)
    logits = _read(teacher, [train.texts[row] for row in order], ends)
    labelled = len(logits)
    if labelled < len(train):
        say(f"There is time for {labelled:,} of them, a stratified sample")
        further = ()
    logits, rows = logits[np.argsort(order[:labelled])], np.sort(order[:labelled])
    labels = train.labels[rows]
    if further and time.monotonic() < ends:
        say(f"The teacher reads {len(further):,} unlabelled texts")
        more = _read(teacher, further, ends)
        logits, labels = np.concatenate([logits, more]), np.concatenate([labels, _labels(task, more)])
    texts = (*(train.texts[row] for row in rows), *further[: len(logits) - labelled])
    if task is REGRESSION:
        split = Split(texts, _labels(task, logits))
    else:
        probabilities = task.probabilities(logits / temperature).astype(np.float32)
        split = Split(texts, labels, SoftTargets(probabilities, temperature))
    return Taught(replace(dataset, train=split, unlabeled=(), groups=None, fingerprint=""), labelled)


def _read(teacher: TextClassifier, texts: Sequence[str], ends: float) -> Logits:
    """Return the logits of the first texts, as many as there is time for until `ends`, `AT_ONCE` in any case."""
    logits = [teacher.logits(texts[:AT_ONCE])]
    for start in range(AT_ONCE, len(texts), AT_ONCE):
        if time.monotonic() > ends:
            break
        logits.append(teacher.logits(texts[start : start + AT_ONCE]))
    return np.concatenate(logits)


def _stratified_order(labels: LabelArray) -> NDArray[np.int64]:
    """Return all rows in a mixed order, whose beginnings have each class by its share; with label sets, by chance."""
    order, task = np.random.default_rng(0).permutation(len(labels)), task_of(labels)
    if task is MULTI_LABEL:
        return order
    places = np.empty(len(order))
    for rows in by_class(task.strata(labels)[order]):
        places[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return order[np.argsort(places, kind="stable")]


def _labels(task: Task, logits: Logits) -> LabelArray:
    """Return the labels that the teacher gives, which stand for those that texts lack."""
    if task is REGRESSION:
        numbers: LabelArray = logits[:, 0]
        return numbers
    if task is MULTI_LABEL:
        return np.asarray(logits > 0, dtype=bool)
    best: LabelArray = logits.argmax(axis=1)
    return best.astype(np.int32 if task is ORDINAL else np.int64)
