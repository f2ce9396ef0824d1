"""What may vary: search spaces as plain functions over the standard library alone.

To add a space: one file with one function, and one line in `SPACES`; the contract suite then proves it.
"""

from search_spaces.dimension import Choice, Dimension, FloatRange, IntRange, Value
from search_spaces.encoder import encoder
from search_spaces.errors import SpaceError
from search_spaces.finetune import CHECKPOINT, finetune
from search_spaces.overrides import override_dimensions
from search_spaces.point import Architecture, Optimizer, Point, Pretrained, PretrainedText, Text, Training
from search_spaces.space import Space, SpaceFunction
from search_spaces.suggest import Defaults, Draw, Overridden, Replay, Suggest

SPACES: dict[str, SpaceFunction] = {
    "encoder": encoder,
    "finetune": finetune,
}

__all__ = [
    "CHECKPOINT",
    "SPACES",
    "Architecture",
    "Choice",
    "Defaults",
    "Dimension",
    "Draw",
    "FloatRange",
    "IntRange",
    "Optimizer",
    "Overridden",
    "Point",
    "Pretrained",
    "PretrainedText",
    "Replay",
    "Space",
    "SpaceError",
    "SpaceFunction",
    "Suggest",
    "Text",
    "Training",
    "Value",
    "override_dimensions",
]
