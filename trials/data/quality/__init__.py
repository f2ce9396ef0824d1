"""Checks of the rows of a data set: duplicates, empty texts, tiny classes."""

from trials.data.quality.checks import check, is_number
from trials.data.quality.cleaning import clean, text_key
from trials.data.quality.corrections import corrected
from trials.data.quality.issues import DataIssue, check_codes, stop_on_blocking
from trials.data.quality.near_copies import near_copies
from trials.data.quality.row_origins import RowOrigin, row_origins

__all__ = [
    "DataIssue",
    "RowOrigin",
    "check",
    "check_codes",
    "clean",
    "corrected",
    "is_number",
    "near_copies",
    "row_origins",
    "stop_on_blocking",
    "text_key",
]
