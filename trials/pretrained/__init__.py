"""Pretrained encoders: layers, freezing, adapters, pruning, and the classifier that is built on them."""

from trials.pretrained.classifier_head import head_of, rescaled, tempered
from trials.pretrained.encoder_loading import load_encoder, load_model
from trials.pretrained.layer_levels import levels_of
from trials.pretrained.lora import is_adapted, merged_weights
from trials.pretrained.structured_pruning import keep_any_heads, kept_heads, padded_weights, pads_heads

__all__ = [
    "head_of",
    "is_adapted",
    "keep_any_heads",
    "kept_heads",
    "levels_of",
    "load_encoder",
    "load_model",
    "merged_weights",
    "padded_weights",
    "pads_heads",
    "rescaled",
    "tempered",
]
