"""The labels of rows: one name a row or several, and how they are written in cells."""

from trials.data.labels.forms import NAME_SETS, ONE_NAME, LabelForm, written
from trials.data.labels.indicators import from_indicators
from trials.data.labels.numbers import is_number
from trials.data.labels.separators import SEPARATORS, joined_by
from trials.data.labels.sets import LabelSets, read_sets

__all__ = [
    "NAME_SETS",
    "ONE_NAME",
    "SEPARATORS",
    "LabelForm",
    "LabelSets",
    "from_indicators",
    "is_number",
    "joined_by",
    "read_sets",
    "written",
]
