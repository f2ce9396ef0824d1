"""What a teacher says of texts, as targets of a student."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from automl.core import DataProblem
from automl.export import load_classifier
from trials.data import SoftTargets, Split, TextDataset
from trials.files import TextClassifier
from trials.metrics import Logits
from trials.tasks import MULTI_LABEL, SINGLE_LABEL, LabelArray, Task

AT_ONCE = 512
"""Texts between two looks at the clock."""


def load_teacher(folder: Path, dataset: TextDataset) -> TextClassifier:
    """Load a teacher that knows the labels of the data.

    Args:
        folder: its folder.
        dataset: the data.

    Raises:
        UsageError: it cannot be read.
        DataProblem: the labels of the data are others, or have an order, or are numbers.
    """
    if (task := dataset.task) not in {SINGLE_LABEL, MULTI_LABEL}:
        raise DataProblem(
            f"automl distill needs data whose texts have labels without an order, but these are {task.name}"
        )
    teacher = load_classifier(folder)
    if tuple(teacher.label_names) != dataset.label_names:
        raise DataProblem(
            f"the labels of the data must be those of the model ({', '.join(teacher.label_names)}), not "
            f"{', '.join(dataset.label_names)}"
        )
    return teacher


def taught(
    teacher: TextClassifier, dataset: TextDataset, temperature: float, seconds: float, say: Callable[[str], None]
) -> TextDataset:
    """Return the data with the teacher's probabilities as targets of the training texts, and of further texts.

    Args:
        teacher: the teacher.
        dataset: the data; as many of its further texts are labelled as there is time for.
        temperature: by which the teacher's logits are divided.
        seconds: time for further texts.
        say: receives a line before what takes long.

    Returns:
        The data, whose training split has the further texts at its end.
    """
    train, task = dataset.train, dataset.task
    say(f"The teacher reads {len(train):,} training texts")
    logits = [teacher.logits(train.texts)]
    further: Sequence[str] = dataset.unlabeled
    if further:
        say(f"The teacher reads {len(further):,} unlabelled texts")
    started, done = time.monotonic(), 0
    while done < len(further) and (not done or time.monotonic() - started < seconds):
        logits.append(teacher.logits(further[done : done + AT_ONCE]))
        done += len(logits[-1])
    every = np.concatenate(logits)
    probabilities = task.probabilities(every / temperature).astype(np.float32)
    labels = np.concatenate([train.labels, _labels(task, every[len(train) :])])
    split = Split((*train.texts, *further[:done]), labels, SoftTargets(probabilities, temperature))
    return replace(dataset, train=split, unlabeled=(), groups=None, fingerprint="")


def _labels(task: Task, logits: Logits) -> LabelArray:
    """Return the labels that the teacher gives, which stand for those that texts lack."""
    return logits.argmax(axis=1) if task is SINGLE_LABEL else logits > 0
