"""Checks of the rows of a data set: labels, splits, duplicates, empty texts, tiny classes."""

from trials.data.quality.checks import check
from trials.data.quality.class_order import check_order
from trials.data.quality.cleaning import clean, text_key
from trials.data.quality.corrections import corrected
from trials.data.quality.issues import ALLOWABLE_CODES, DataIssue, check_codes, stop_on_blocking
from trials.data.quality.labels import check_labels, merge_labels
from trials.data.quality.near_copies import near_copies
from trials.data.quality.near_duplicates import check_near_duplicates
from trials.data.quality.nested_texts import check_nested_texts
from trials.data.quality.row_origins import RowOrigin, row_origins
from trials.data.quality.scores import averaged, check_numbers
from trials.data.quality.splits import check_groups, check_splits, check_times

__all__ = [
    "ALLOWABLE_CODES",
    "DataIssue",
    "RowOrigin",
    "averaged",
    "check",
    "check_codes",
    "check_groups",
    "check_labels",
    "check_near_duplicates",
    "check_nested_texts",
    "check_numbers",
    "check_order",
    "check_splits",
    "check_times",
    "clean",
    "corrected",
    "merge_labels",
    "near_copies",
    "row_origins",
    "stop_on_blocking",
    "text_key",
]
