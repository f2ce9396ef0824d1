"""What a trial must not leave behind in its process."""

import gc

import torch
from transformers import BertForSequenceClassification, ModernBertForSequenceClassification


def living_models() -> list[torch.nn.Module]:
    """Models that something still holds."""
    kinds = (ModernBertForSequenceClassification, BertForSequenceClassification)
    return [thing for thing in gc.get_objects() if isinstance(thing, kinds)]
