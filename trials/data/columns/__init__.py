"""Columns of a table: which one is text, label, split, group and time, and what their cells hold."""

from trials.data.columns.also_columns import AlsoColumn, also_column
from trials.data.columns.find import TEXT_NAMES, Columns, find_columns, find_text_columns, looks_like_text
from trials.data.columns.joined_text import pair_of
from trials.data.columns.nested import cells_of, field_names, has_column, lacks_field, nested
from trials.data.columns.numbers import check_commas, is_number, label_order, number_of
from trials.data.columns.row_form import BETWEEN, PLAIN, RowForm
from trials.data.columns.row_form_file import ROW_FORM, read_row_form, write_row_form
from trials.data.columns.split_column import NUMBERED_SPLITS, splits_of
from trials.data.columns.times import parse_times

__all__ = [
    "BETWEEN",
    "NUMBERED_SPLITS",
    "PLAIN",
    "ROW_FORM",
    "TEXT_NAMES",
    "AlsoColumn",
    "Columns",
    "RowForm",
    "also_column",
    "cells_of",
    "check_commas",
    "field_names",
    "find_columns",
    "find_text_columns",
    "has_column",
    "is_number",
    "label_order",
    "lacks_field",
    "looks_like_text",
    "nested",
    "number_of",
    "pair_of",
    "parse_times",
    "read_row_form",
    "splits_of",
    "write_row_form",
]
