"""Forward passes for training on a CPU, which use the weights of the transformers model that is saved.

They return what `model(...)` returns, up to rounding. To add one: write a function and add a line to `FORWARDS`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import torch
from transformers import (
    BertForSequenceClassification,
    MegatronBertForSequenceClassification,
    ModernBertForSequenceClassification,
    PreTrainedConfig,
    PreTrainedModel,
    RoFormerForSequenceClassification,
)

from trials.models.cpu.bert import bert_logits, bert_states
from trials.models.cpu.dropout import use_byte_dropout
from trials.models.cpu.gated import ACTIVATIONS
from trials.models.cpu.megatron_bert import megatron_bert_logits
from trials.models.cpu.modernbert import modernbert_logits, modernbert_states
from trials.models.cpu.roformer import roformer_logits
from trials.models.ready_masks import ready_masks
from trials.pretrained import is_adapted, kept_heads

Forward = Callable[[PreTrainedModel, torch.Tensor, torch.Tensor | None, torch.dtype], torch.Tensor]

FORWARDS: dict[type[PreTrainedModel], Forward] = {
    BertForSequenceClassification: bert_logits,
    MegatronBertForSequenceClassification: megatron_bert_logits,
    ModernBertForSequenceClassification: modernbert_logits,
    RoFormerForSequenceClassification: roformer_logits,
}

STATES: dict[type[PreTrainedModel], Forward] = {
    BertForSequenceClassification: bert_states,
    ModernBertForSequenceClassification: modernbert_states,
}
"""Encoder forward passes. For other models, the forward pass of transformers computes token states."""
FEWER_HEADS = (BertForSequenceClassification, MegatronBertForSequenceClassification)
"""Models whose forward pass here reads the number of heads from each layer, which may have fewer than the config says.
"""


def has_own_forward(model: PreTrainedModel, device: torch.device) -> bool:
    """Return whether `logits_of` uses a forward pass of this package for the model, which it does on a CPU only.

    Those passes cover models that `trials.models` builds. Some pretrained models differ from them, and sharded models
    have a class of their own.
    """
    if device.type != "cpu" or type(model) not in FORWARDS or _differs(model.config) or is_adapted(model):
        return False
    return kept_heads(model) is None or type(model) in FEWER_HEADS


def _differs(config: PreTrainedConfig) -> bool:
    """Return whether the model has a feature that the forward passes here do not support.

    These are local attention, which most layers of pretrained ModernBERTs have, some biases, rotated values, narrow
    embeddings, a decoder, rotary positions scaled for longer texts, and other activations of gated units.
    """
    local = set(getattr(config, "layer_types", None) or ()) - {"full_attention"}
    narrow = getattr(config, "embedding_size", config.hidden_size) != config.hidden_size
    rotary = (getattr(config, "rope_parameters", None) or {}).get("full_attention", {})
    scaled = rotary.get("rope_type", "default") != "default"
    unknown = getattr(config, "hidden_activation", "gelu") not in ACTIVATIONS
    strange = ("attention_bias", "mlp_bias", "norm_bias", "rotary_value", "is_decoder")
    return bool(local or narrow or scaled or unknown or any(getattr(config, name, False) for name in strange))


def logits_of(
    model: PreTrainedModel, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """Return logits (b, classes), fp32, of tokens (b, length); `mask` is True at real tokens, or None if all are real.

    `dtype` is the format of large products. On a GPU, and for families without a forward pass here, the model's own
    forward pass computes them under autocast.
    """
    device = tokens.device
    if has_own_forward(model, device):
        return FORWARDS[type(model)](model, tokens, mask, dtype)
    with transformers_forward(device, dtype):
        logits: torch.Tensor = model(input_ids=tokens, attention_mask=mask).logits
    return logits.float()


def states_of(
    model: PreTrainedModel, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """Return the encoder's output for each token, (b, length, width), fp32; arguments as for `logits_of`."""
    device = tokens.device
    if type(model) in STATES and has_own_forward(model, device):
        return STATES[type(model)](model, tokens, mask, dtype)
    with transformers_forward(device, dtype):
        states: torch.Tensor = model.base_model(input_ids=tokens, attention_mask=mask).last_hidden_state
    return states.float()


@contextmanager
def transformers_forward(device: torch.device, dtype: torch.dtype, *, ready: bool = False) -> Iterator[None]:
    """Set up autocast for a model's own forward pass.

    Args:
        device: where it computes.
        dtype: format of large products.
        ready: whether its masks are made without a look at their values; always so on a GPU, which would be waited for.
    """
    with ExitStack() as stack:
        stack.enter_context(torch.autocast(device.type, dtype, enabled=dtype is not torch.float32))
        if ready or device.type == "cuda":
            stack.enter_context(ready_masks())
        yield


__all__ = [
    "FORWARDS",
    "STATES",
    "Forward",
    "has_own_forward",
    "logits_of",
    "states_of",
    "transformers_forward",
    "use_byte_dropout",
]
