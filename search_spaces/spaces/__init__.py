"""The built-in search spaces: one file, one function."""

from search_spaces.spaces.auto import LARGE_PROBE, LATER, PRETRAINED, auto
from search_spaces.spaces.encoder import ENCODERS, INITIALIZATIONS, encoder
from search_spaces.spaces.finetune import finetune
from search_spaces.spaces.large_probe import LARGE_CHECKPOINT, large_probe
from search_spaces.spaces.linear import linear
from search_spaces.spaces.lora import lora
from search_spaces.spaces.probe import probe
from search_spaces.spaces.subnet import subnet
from search_spaces.spaces.transformer import transformer
from search_spaces.spaces.trimmed import trimmed

__all__ = [
    "ENCODERS",
    "INITIALIZATIONS",
    "LARGE_CHECKPOINT",
    "LARGE_PROBE",
    "LATER",
    "PRETRAINED",
    "auto",
    "encoder",
    "finetune",
    "large_probe",
    "linear",
    "lora",
    "probe",
    "subnet",
    "transformer",
    "trimmed",
]
