"""The errors of this room.

TrialsError
├── DataError    what the user gave as data cannot be used; the message says what must hold, what came and what to do
└── Diverged     the loss or the outputs are no longer finite
"""


class TrialsError(Exception):
    """Anything that this room raises on purpose."""


class DataError(TrialsError):
    """The data cannot be read, or cannot be trained on."""


class Diverged(TrialsError):
    """Training produced NaN or infinity."""
