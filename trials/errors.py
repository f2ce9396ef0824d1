"""The exceptions of this package.

TrialsError
├── DataError        the user's data cannot be used; the message has the rule, the value and the remedy
├── PretrainedError  a pretrained checkpoint is missing or cannot be used; the message has the remedy
├── ClassifierError  a folder's classifier cannot be read
├── CheckpointError  the disk rejected a model or a training state; the trial is not at fault and can resume later
└── Diverged         the loss or the outputs are no longer finite
"""


class TrialsError(Exception):
    """Base class of all exceptions of this package."""


class DataError(TrialsError):
    """The data cannot be read, or cannot be trained on."""


class PretrainedError(TrialsError):
    """A pretrained checkpoint cannot be found, or cannot be made into a classifier."""


class ClassifierError(TrialsError):
    """The files of a classifier are damaged, or of a version that this program does not know."""


class CheckpointError(TrialsError):
    """A model or a training state could not be written. `run_trial` raises it; it does not end the trial."""


class Diverged(TrialsError):
    """Training produced NaN or infinity."""


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or the error's type if it has no message."""
    lines = str(error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__
