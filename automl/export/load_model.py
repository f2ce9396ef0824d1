"""Loads a classifier from a folder, with error messages for users."""

from collections.abc import Sequence
from pathlib import Path

from automl.core import UsageError
from trials.classifiers import load
from trials.errors import ClassifierError, TrialsError
from trials.files import TextClassifier, read_thresholds
from trials.tasks import REGRESSION, task_of_model


def load_classifier(folder: str | Path) -> TextClassifier:
    """Load the classifier in `folder`, onto the GPU if there is one and the classifier can use it.

    Raises:
        UsageError: `folder` does not exist, or holds no classifier that can be read.
    """
    try:
        return load(Path(folder))
    except ClassifierError as error:
        raise UsageError(str(error)) from error
    except (TrialsError, LookupError, ValueError) as error:  # files or entries that are missing in a damaged folder
        raise UsageError(f"the model in {str(folder)!r} cannot be read: {error}") from error


def model_thresholds(folder: str | Path, label_names: Sequence[str]) -> tuple[float, ...]:
    """Return the probability from which on a text gets each label; empty if the model in `folder` gives each text one.

    Args:
        folder: the folder of a model.
        label_names: its labels.

    Raises:
        UsageError: the file of the thresholds is damaged.
    """
    try:
        return read_thresholds(Path(folder), len(label_names))
    except ClassifierError as error:
        raise UsageError(str(error)) from error


def require_classes(folder: str | Path, label_names: Sequence[str], what: str) -> None:
    """Refuse a model that gives numbers.

    Args:
        folder: the folder of the model.
        label_names: its labels.
        what: what cannot be done with it, as the subject of a sentence: "a model that is served".

    Raises:
        UsageError: it gives numbers.
    """
    if task_of_model(label_names, model_thresholds(folder, label_names)) is REGRESSION:
        raise UsageError(
            f"{what} must give texts labels, but the one in {str(folder)!r} gives a number ({label_names[0]}); use "
            "automl predict, automl.load_classifier, or its MLflow model"
        )
