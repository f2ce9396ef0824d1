"""Columns of a table: which one is text, label, split, group and time, and what their cells hold."""

from trials.data.columns.find import TEXT_NAMES, Columns, find_columns, find_text_columns, looks_like_text
from trials.data.columns.joined_text import joined, text_of
from trials.data.columns.nested import cells_of, field_names, has_column, lacks_field, nested
from trials.data.columns.split_column import NUMBERED_SPLITS, splits_of
from trials.data.columns.times import parse_times

__all__ = [
    "NUMBERED_SPLITS",
    "TEXT_NAMES",
    "Columns",
    "cells_of",
    "field_names",
    "find_columns",
    "find_text_columns",
    "has_column",
    "joined",
    "lacks_field",
    "looks_like_text",
    "nested",
    "parse_times",
    "splits_of",
    "text_of",
]
