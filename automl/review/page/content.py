"""What the report of a study shows: the study, and what its model gets right and wrong on the test rows."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from optuna.trial import FrozenTrial

from automl.core import FACTS_FILE, StudyRecord
from automl.export import Explanation, explain, load_classifier
from automl.report import Json
from automl.review.reopened_study import ReopenedStudy
from automl.storage import open_store
from automl.worker import scoring
from trials.data import TextDataset
from trials.tasks import MULTI_LABEL, LabelArray, LabelMatrix, Task, calibrated_logits, given_labels

EXPLAINED = 5
"""Number of errors whose words are explained, each of which costs a forward pass for every word."""

SHOWN_ERRORS = 20
"""Number of most confident errors that are listed."""

MOST_EXPLAINED_WORDS = 48
"""Most parts into which a text is divided to be explained."""


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
        probability: the probability that it gives it.
        of_label: the probability that it gives the row's own label.
        explanation: what the words contribute to the predicted label; None if that was not computed.
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
    about: str | None = None


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
    """

    facts: Mapping[str, Json]
    label_names: Sequence[str]
    labels: LabelArray
    probabilities: NDArray[np.float64]
    mistakes: Sequence[Mistake]
    wrong: int
    given: LabelMatrix | None = None


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


def gather(study: ReopenedStudy, say: Callable[[str], None], *, with_texts: bool = True) -> PageContent:
    """Collect what the report of a study shows; the model that was handed over is scored on the test rows.

    Args:
        study: the study.
        say: receives a line before what takes long.
        with_texts: whether the report will hold texts, so that errors are explained by their words.

    Raises:
        UsageError: the model cannot be read.
        WorkspaceError: the process that scores the model was killed.
    """
    with closing(open_store(study.workspace)) as store:
        trials = store.study(study.record.name).trials()
    dataset = study.prepared.dataset
    folder = study.workspace.study(study.record.name).best
    return PageContent(
        study=study.record,
        trials=trials,
        rows={name: len(getattr(dataset, name)) for name in ("train", "validation", "test")},
        model=_model(study, folder, say, with_texts=with_texts) if (folder / FACTS_FILE).is_file() else None,
    )


def _model(study: ReopenedStudy, folder: Path, say: Callable[[str], None], *, with_texts: bool) -> ModelContent:
    dataset = study.prepared.dataset
    say(f"Scoring the model on {len(dataset.test)} test rows")
    with scoring() as score:
        outputs = score(folder, dataset.test).logits
    task, labels = dataset.task, np.asarray(dataset.test.labels)
    probabilities = task.probabilities(calibrated_logits(outputs))
    wrong = np.flatnonzero(~task.right(outputs, labels))
    given = given_labels(outputs) if task is MULTI_LABEL else None
    mistakes = _mistakes(dataset, probabilities, wrong) if given is None else _of_sets(dataset, probabilities, given)
    facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    explained = _explained(mistakes, folder, task, say) if with_texts else mistakes
    return ModelContent(facts, dataset.label_names, labels, probabilities, explained, len(wrong), given)


def _mistakes(dataset: TextDataset, probabilities: NDArray[np.float64], wrong: NDArray[np.int64]) -> list[Mistake]:
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


def _explained(mistakes: Sequence[Mistake], folder: Path, task: Task, say: Callable[[str], None]) -> list[Mistake]:
    """Return the mistakes, the first of them with explanations."""
    if not mistakes:
        return []
    say(f"Explaining the {min(EXPLAINED, len(mistakes))} most confident errors")
    classifier = load_classifier(folder)

    def probabilities(texts: Sequence[str]) -> NDArray[np.float64]:
        return task.probabilities(classifier.logits(texts))

    return [
        Mistake(
            **{
                **vars(mistake),
                "explanation": explain(
                    probabilities, classifier.label_names, mistake.text, mistake.about, MOST_EXPLAINED_WORDS
                ),
            }
        )
        if number < EXPLAINED
        else mistake
        for number, mistake in enumerate(mistakes)
    ]
