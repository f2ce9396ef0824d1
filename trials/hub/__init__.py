"""Pretrained checkpoints as files: where they lie, their tokenizers, and the fields of their configs."""

from trials.hub.checkpoint_location import (
    CHECKPOINTS,
    CONFIG,
    FROM_THE_HUB,
    WEIGHTS,
    as_folder,
    describe,
    locate,
    weights_identity,
)
from trials.hub.label_fields import label_fields
from trials.hub.tokenizer import PretrainedTokenizer, read_tokenizer

__all__ = [
    "CHECKPOINTS",
    "CONFIG",
    "FROM_THE_HUB",
    "WEIGHTS",
    "PretrainedTokenizer",
    "as_folder",
    "describe",
    "label_fields",
    "locate",
    "read_tokenizer",
    "weights_identity",
]
