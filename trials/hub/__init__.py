"""Pretrained checkpoints as files: their location, their tokenizers, and the fields of their configs."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from trials.hub.checkpoint_location import (
        CHECKPOINTS,
        CONFIG,
        FROM_THE_HUB,
        WEIGHTS,
        as_folder,
        describe,
        install_command,
        is_installed,
        locate,
        weights_identity,
    )
    from trials.hub.config_fields import label_fields
    from trials.hub.tokenizer import PretrainedTokenizer, read_tokenizer

__all__ = [
    "CHECKPOINTS",
    "CONFIG",
    "FROM_THE_HUB",
    "WEIGHTS",
    "PretrainedTokenizer",
    "as_folder",
    "describe",
    "install_command",
    "is_installed",
    "label_fields",
    "locate",
    "read_tokenizer",
    "weights_identity",
]

__getattr__ = lazy_window(__name__)
