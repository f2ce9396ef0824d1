"""Search spaces as plain functions, which use the standard library only.

To add a space: add a file with one function, and a line in `SPACES`; the contract suite then tests it.
"""

from search_spaces.blocks import (
    BALANCE,
    CHECKPOINT,
    EPOCHS,
    LENGTH,
    OWN_CHECKPOINT,
    PRETRAINING,
    READING,
    rate_for_width,
)
from search_spaces.dimension import Choice, Dimension, FloatRange, IntRange, Value
from search_spaces.errors import SpaceError
from search_spaces.overrides import override_dimensions
from search_spaces.pack_shape import pack_shape, values_of_shape
from search_spaces.point import (
    ANY_LENGTH,
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
from search_spaces.point_names import algorithm_of, named_parameters, point_name
from search_spaces.space import ALGORITHM, Space, SpaceFunction
from search_spaces.spaces import (
    LARGE_CHECKPOINT,
    LARGE_PROBE,
    LATER,
    PRETRAINED,
    auto,
    encoder,
    finetune,
    large_probe,
    linear,
    lora,
    probe,
    subnet,
    transformer,
    trimmed,
)
from search_spaces.suggest import Defaults, Draw, Overridden, Prefixed, RecordedValues, Replay, Suggest
from search_spaces.weight_compatibility import shape_of

SPACES: dict[str, SpaceFunction] = {
    "auto": auto,
    "transformer": transformer,
    "linear": linear,
    "probe": probe,
    "large_probe": large_probe,
    "subnet": subnet,
    "finetune": finetune,
    "lora": lora,
    "trimmed": trimmed,
    "encoder": encoder,
}

__all__ = [
    "ALGORITHM",
    "ANY_LENGTH",
    "BALANCE",
    "CHECKPOINT",
    "EPOCHS",
    "HIGHEST",
    "LARGE_CHECKPOINT",
    "LARGE_PROBE",
    "LATER",
    "LENGTH",
    "OWN_CHECKPOINT",
    "POOLINGS",
    "PRETRAINED",
    "PRETRAINING",
    "READING",
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
    "RecordedValues",
    "Replay",
    "Space",
    "SpaceError",
    "SpaceFunction",
    "Suggest",
    "Text",
    "Training",
    "Value",
    "Words",
    "algorithm_of",
    "named_parameters",
    "override_dimensions",
    "pack_shape",
    "point_name",
    "rate_for_width",
    "shape_of",
    "values_of_shape",
]
