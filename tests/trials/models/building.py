"""Models of a toy size, as trials build them."""

from dataclasses import replace

from transformers import PreTrainedModel

from search_spaces import Architecture
from tests.trials.toy import LABELS, toy_point
from trials.models import build_model


def architecture_of(encoder: str, **fields: object) -> Architecture:
    return replace(toy_point(encoder).architecture, **fields)


def build(encoder: str = "modernbert/mean", **fields: object) -> PreTrainedModel:
    return build_model(architecture_of(encoder, **fields), vocabulary_size=50, max_length=32, label_names=LABELS)
