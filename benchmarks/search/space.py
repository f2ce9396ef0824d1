"""The space that all contenders search: ours, but for the two parameters that a plain script would not vary.

One family, ModernBERT with mean pooling, because with it all contenders learn fastest (BERT's classifier reads its
first token, and needs many epochs from scratch); and one vocabulary, so that all read the same tokens.
"""

import os
from collections.abc import Mapping

from search_spaces import BALANCE, Choice, Dimension, Point, Space, Value
from search_spaces.spaces import encoder

ENCODER = "modernbert/mean"
VOCABULARY_SIZE = 8000

ONE_ARCHITECTURE = "BENCHMARK_ONE_ARCHITECTURE"
"""In the environment: the default architecture and batch size are fixed too, so that epochs cost everybody the same."""


def _fixed() -> dict[str, Value]:
    fixed: dict[str, Value] = {
        "architecture.encoder": ENCODER,
        "text.vocabulary_size": VOCABULARY_SIZE,
        BALANCE: "none",  # both data sets are balanced
    }
    if not os.environ.get(ONE_ARCHITECTURE):
        return fixed
    defaults = Space("encoder", encoder).defaults()
    same = ("architecture.", "training.batch_size")
    return {name: value for name, value in defaults.items() if name.startswith(same)} | fixed


FIXED = _fixed()

REDUCTION_FACTOR = 3
"""Of successive halving, with the first rung after one epoch: each contender's `grace_period` or `min_resource`."""

SPACE = Space("encoder", encoder, {name: Choice((value,), value) for name, value in FIXED.items()})


def dimensions() -> dict[str, Dimension]:
    """What varies."""
    return {name: dimension for name, dimension in SPACE.dimensions().items() if name not in FIXED}


def default_values() -> dict[str, Value]:
    """The default of each dimension."""
    return {name: dimension.default for name, dimension in dimensions().items()}


def point(values: Mapping[str, Value]) -> Point:
    """The typed point of sampled `values`; other entries are ignored."""
    return SPACE.replay({**FIXED, **values})
