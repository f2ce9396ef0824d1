"""What may vary: search spaces as plain functions over the standard library alone.

To add a space: one file with one function, and one line in `SPACES`; the contract suite then proves it.
"""

from search_spaces.auto import LATER, PRETRAINED, auto
from search_spaces.balance import BALANCE
from search_spaces.checkpoint import CHECKPOINT, OWN_CHECKPOINT
from search_spaces.dimension import Choice, Dimension, FloatRange, IntRange, Value
from search_spaces.encoder import encoder
from search_spaces.errors import SpaceError
from search_spaces.finetune import finetune
from search_spaces.linear import linear
from search_spaces.lora import lora
from search_spaces.overrides import override_dimensions
from search_spaces.point import (
    HIGHEST,
    POOLINGS,
    AnyPoint,
    Architecture,
    Kept,
    Linear,
    LowRank,
    Optimizer,
    Point,
    Pretrained,
    PretrainedText,
    Pretraining,
    Probe,
    Text,
    Training,
    Words,
)
from search_spaces.pretraining import EPOCHS, PRETRAINING
from search_spaces.probe import probe
from search_spaces.shape import shape_of
from search_spaces.space import ALGORITHM, Space, SpaceFunction
from search_spaces.subnet import subnet
from search_spaces.suggest import Defaults, Draw, Overridden, Prefixed, Replay, Settled, Suggest

SPACES: dict[str, SpaceFunction] = {
    "auto": auto,
    "linear": linear,
    "probe": probe,
    "subnet": subnet,
    "finetune": finetune,
    "lora": lora,
    "encoder": encoder,
}

__all__ = [
    "ALGORITHM",
    "BALANCE",
    "CHECKPOINT",
    "EPOCHS",
    "HIGHEST",
    "LATER",
    "OWN_CHECKPOINT",
    "POOLINGS",
    "PRETRAINED",
    "PRETRAINING",
    "SPACES",
    "AnyPoint",
    "Architecture",
    "Choice",
    "Defaults",
    "Dimension",
    "Draw",
    "FloatRange",
    "IntRange",
    "Kept",
    "Linear",
    "LowRank",
    "Optimizer",
    "Overridden",
    "Point",
    "Prefixed",
    "Pretrained",
    "PretrainedText",
    "Pretraining",
    "Probe",
    "Replay",
    "Settled",
    "Space",
    "SpaceError",
    "SpaceFunction",
    "Suggest",
    "Text",
    "Training",
    "Value",
    "Words",
    "override_dimensions",
    "shape_of",
]
