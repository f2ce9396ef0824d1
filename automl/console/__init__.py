"""Output to the user while a search runs: a live view on a terminal, plain lines elsewhere."""

from automl.console.console import Console
from automl.console.sigpipe import end_with_reader
from automl.console.wording import duration

__all__ = ["Console", "duration", "end_with_reader"]
