"""The trials of a study: as tables that fit a terminal, and as rows for programs."""

from automl.report.trials.choice import TrialChoice
from automl.report.trials.ranking import best_value, winner_of
from automl.report.trials.rows import rows_as_csv, study_as_json, trial_rows
from automl.report.trials.view import study_view, wide_view

__all__ = [
    "TrialChoice",
    "best_value",
    "rows_as_csv",
    "study_as_json",
    "study_view",
    "trial_rows",
    "wide_view",
    "winner_of",
]
