"""The end of a search: candidates are compared on the test split, and the winner is written, tracked and copied."""

from automl.session.handover.candidates import best_default, best_trial, confirmation
from automl.session.handover.finish import copy_to_storage_path, hand_over_winner
from automl.session.handover.tracked_result import import_page, track_result

__all__ = [
    "best_default",
    "best_trial",
    "confirmation",
    "copy_to_storage_path",
    "hand_over_winner",
    "import_page",
    "track_result",
]
