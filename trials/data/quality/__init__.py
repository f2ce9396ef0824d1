"""Checks of the rows of a data set: duplicates, empty texts, tiny classes."""

from trials.data.quality.checks import check, is_number
from trials.data.quality.cleaning import clean, text_key
from trials.data.quality.corrections import corrected
from trials.data.quality.issues import DataIssue, check_codes, stop_on_blocking

__all__ = ["DataIssue", "check", "check_codes", "clean", "corrected", "is_number", "stop_on_blocking", "text_key"]
