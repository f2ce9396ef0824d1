"""The errors of this room.

TrialsError
├── DataError        what the user gave as data cannot be used; the message says what must hold, what came, what to do
├── PretrainedError  a pretrained checkpoint is not there, or cannot be used; the message says what to do
├── ClassifierError  a folder's classifier cannot be read
├── CheckpointError  the disk refused a model or a training state: no fault of the trial's, which is to go on later
└── Diverged         the loss or the outputs are no longer finite
"""


class TrialsError(Exception):
    """Anything that this room raises on purpose."""


class DataError(TrialsError):
    """The data cannot be read, or cannot be trained on."""


class PretrainedError(TrialsError):
    """A pretrained checkpoint cannot be found, or cannot be made into a classifier."""


class ClassifierError(TrialsError):
    """The files of a classifier are damaged, or of a version that this program does not know."""


class CheckpointError(TrialsError):
    """A model or a training state could not be written. `run_trial` raises it; it is no end of a trial."""


class Diverged(TrialsError):
    """Training produced NaN or infinity."""
