"""What is done with a study after its search: errors in its data, decisions on labels. Imported lazily (torch)."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.review.cheap_models import MODELS
    from automl.review.data_errors import ErrorKind, SuspectRow, meanings_of
    from automl.review.decision_search import COST, SHOWN_COVERAGE, Effect, FoundDecision, find_decision
    from automl.review.distillation import (
        STUDENTS,
        Distillation,
        Distilled,
        MeasuredModel,
        distill,
        distilled_json,
        distilled_sentences,
        distilled_table,
        named_data,
        seconds_for,
    )
    from automl.review.earlier_corrections import read_corrections
    from automl.review.error_search import DataErrors, find_errors
    from automl.review.error_table import require_uncorrected, write_errors
    from automl.review.label_set_decision import find_set_decision
    from automl.review.number_intervals import find_number_decision
    from automl.review.reopened_study import ReopenedStudy, reopen
    from automl.review.report_content import gather

__all__ = [
    "COST",
    "MODELS",
    "SHOWN_COVERAGE",
    "STUDENTS",
    "DataErrors",
    "Distillation",
    "Distilled",
    "Effect",
    "ErrorKind",
    "FoundDecision",
    "MeasuredModel",
    "ReopenedStudy",
    "SuspectRow",
    "distill",
    "distilled_json",
    "distilled_sentences",
    "distilled_table",
    "find_decision",
    "find_errors",
    "find_number_decision",
    "find_set_decision",
    "gather",
    "meanings_of",
    "named_data",
    "read_corrections",
    "reopen",
    "require_uncorrected",
    "seconds_for",
    "write_errors",
]

__getattr__ = lazy_window(__name__)
