"""Loads a classifier from a folder, with error messages for users."""

from collections.abc import Sequence
from pathlib import Path

from automl.core import UsageError
from trials.classifiers import load
from trials.errors import ClassifierError, TrialsError
from trials.files import TextClassifier, read_thresholds


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
