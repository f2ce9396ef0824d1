"""Forward passes of our own for training on a CPU: the weights are those of the transformers model, which is saved.

They give what `model(...)` gives, up to rounding. To add one: one function, and one line in `FORWARDS`.
"""

from collections.abc import Callable

import torch
from transformers import BertForSequenceClassification, ModernBertForSequenceClassification, PreTrainedModel

from trials.models.fast.bert import bert_logits
from trials.models.fast.modernbert import modernbert_logits

Forward = Callable[[PreTrainedModel, torch.Tensor, torch.Tensor | None], torch.Tensor]

FORWARDS: dict[type[PreTrainedModel], Forward] = {
    BertForSequenceClassification: bert_logits,
    ModernBertForSequenceClassification: modernbert_logits,
}


def logits_of(model: PreTrainedModel, tokens: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Logits (b, classes) of tokens (b, length); `mask` is True at real tokens, or None if all are real.

    The model's own forward pass computes them on a GPU, under autocast, and for families that have no other here.
    """
    forward = FORWARDS.get(type(model))
    if forward is None or tokens.device.type != "cpu" or torch.is_autocast_enabled("cpu"):
        logits: torch.Tensor = model(input_ids=tokens, attention_mask=mask).logits
        return logits
    return forward(model, tokens, mask)


__all__ = ["FORWARDS", "Forward", "logits_of"]
