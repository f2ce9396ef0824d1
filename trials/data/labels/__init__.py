"""The labels of rows: one name a row or several, ranks or numbers, and how they are written in cells."""

from trials.data.labels.forms import NAME_SETS, ONE_NAME, LabelForm, written
from trials.data.labels.indicators import from_indicators
from trials.data.labels.read_labels import ReadLabels, read_labels
from trials.data.labels.separators import SEPARATORS, joined_by

__all__ = [
    "NAME_SETS",
    "ONE_NAME",
    "SEPARATORS",
    "LabelForm",
    "ReadLabels",
    "from_indicators",
    "joined_by",
    "read_labels",
    "written",
]
