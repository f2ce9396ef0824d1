"""Forward passes of our own for training on a CPU: the weights are those of the transformers model, which is saved.

They give what `model(...)` gives, up to rounding. To add one: one function, and one line in `FORWARDS`.
"""

from collections.abc import Callable

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
"""Of some of these models, what their encoders make of each token; of the others transformers tells."""
FEWER_HEADS = (BertForSequenceClassification, MegatronBertForSequenceClassification)
"""Those of them that take the number of heads from each layer, which may have fewer than the config tells."""


def has_own_forward(model: PreTrainedModel, device: torch.device) -> bool:
    """Whether `logits_of` computes a model of this family by a forward pass of ours: on a CPU only.

    Those are for models as `trials.models` builds them. Of pretrained ones, some differ; and those in shards have a
    class of their own.
    """
    if device.type != "cpu" or type(model) not in FORWARDS or _differs(model.config) or is_adapted(model):
        return False
    return kept_heads(model) is None or type(model) in FEWER_HEADS


def _differs(config: PreTrainedConfig) -> bool:
    """Local attention, as pretrained ModernBERTs have it in most layers, or what none of ours has.

    That is: some biases, values that positions turn, narrow embeddings, a decoder, rotary positions that are scaled for
    longer texts, and other activations of gated units.
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
    """Logits (b, classes), fp32, of tokens (b, length); `mask` is True at real tokens, or None if all are real.

    `dtype` is the format of large products. On a GPU, and for families without another forward pass here, the model's
    own computes them, under autocast.
    """
    device = tokens.device
    if has_own_forward(model, device):
        return FORWARDS[type(model)](model, tokens, mask, dtype)
    with torch.autocast(device.type, dtype, enabled=dtype is not torch.float32):
        logits: torch.Tensor = model(input_ids=tokens, attention_mask=mask).logits
    return logits.float()


def states_of(
    model: PreTrainedModel, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """What the encoder of a classifier makes of each token, (b, length, width), fp32; as `logits_of` otherwise."""
    device = tokens.device
    if type(model) in STATES and has_own_forward(model, device):
        return STATES[type(model)](model, tokens, mask, dtype)
    with torch.autocast(device.type, dtype, enabled=dtype is not torch.float32):
        states: torch.Tensor = model.base_model(input_ids=tokens, attention_mask=mask).last_hidden_state
    return states.float()


__all__ = ["FORWARDS", "STATES", "Forward", "has_own_forward", "logits_of", "states_of", "use_byte_dropout"]
