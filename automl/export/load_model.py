"""From a folder to a classifier, with errors that a user can read."""

from pathlib import Path

from automl.core import UsageError
from trials.classifiers import load
from trials.errors import ClassifierError, TrialsError
from trials.files import TextClassifier


def load_classifier(folder: str | Path) -> TextClassifier:
    """The classifier in `folder`, on the GPU if there is one and it has a use for it.

    Raises:
        UsageError: `folder` does not exist, or holds no classifier that can be read.
    """
    try:
        return load(Path(folder))
    except ClassifierError as error:
        raise UsageError(str(error)) from error
    except (TrialsError, LookupError, ValueError) as error:  # facts or arrays that a damaged folder lacks
        raise UsageError(f"the model in {str(folder)!r} cannot be read: {error}") from error
