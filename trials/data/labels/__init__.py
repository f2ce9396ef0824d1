"""The labels of rows: one name a row or several, ranks or numbers, and how they are written in cells."""

from trials.data.labels.forms import NAME_SETS, ONE_NAME, LabelForm, written
from trials.data.labels.indicators import from_indicators
from trials.data.labels.numbers import is_number, label_order, number_of
from trials.data.labels.read_labels import ReadLabels, read_labels
from trials.data.labels.separators import SEPARATORS, joined_by

__all__ = [
    "NAME_SETS",
    "ONE_NAME",
    "SEPARATORS",
    "LabelForm",
    "ReadLabels",
    "from_indicators",
    "is_number",
    "joined_by",
    "label_order",
    "number_of",
    "read_labels",
    "written",
]
