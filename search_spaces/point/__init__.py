"""One point of a space: the model of a trial and its training, as frozen data.

Each part rejects values that no model or optimizer could use, so that an impossible space is found before any compute.
"""

from search_spaces.point.architecture import LAYERS, TARGETS, Architecture, Kept, LowRank, Pretrained
from search_spaces.point.models import HIGHEST, POOLINGS, AnyPoint, Linear, Point, Probe
from search_spaces.point.text import ANY_LENGTH, READINGS, WORD_READINGS, PretrainedText, Text, Words
from search_spaces.point.training import BALANCES, Optimizer, Pretraining, Training

__all__ = [
    "ANY_LENGTH",
    "BALANCES",
    "HIGHEST",
    "LAYERS",
    "POOLINGS",
    "READINGS",
    "TARGETS",
    "WORD_READINGS",
    "AnyPoint",
    "Architecture",
    "Kept",
    "Linear",
    "LowRank",
    "Optimizer",
    "Point",
    "Pretrained",
    "PretrainedText",
    "Pretraining",
    "Probe",
    "Text",
    "Training",
    "Words",
]
