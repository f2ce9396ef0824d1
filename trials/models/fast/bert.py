"""BERT's forward pass over the weights of the transformers model."""

import torch
from transformers import BertForSequenceClassification

from trials.models.fast.attention import attend
from trials.models.fast.linear import linear
from trials.models.fast.padding import padding_bias


def bert_logits(
    model: BertForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """Logits (b, classes) of tokens (b, length); `mask` is True at real tokens, or None if all are real.

    The layers' products are computed in `dtype`, all that they are added to in fp32. The last layer is computed for the
    first token alone, as nobody reads the others. No masks, positions and types are made anew in each step.
    """
    embeddings, layers = model.bert.embeddings, model.bert.encoder.layer
    bias = padding_bias(mask)
    hidden = embeddings.word_embeddings(tokens) + (
        embeddings.position_embeddings.weight[: tokens.shape[1]] + embeddings.token_type_embeddings.weight[0]
    )
    hidden = embeddings.dropout(embeddings.LayerNorm(hidden))
    for layer in layers:
        own, between, outer = layer.attention.self, layer.attention.output, layer.output
        read = hidden[:, :1] if layer is layers[-1] else hidden
        queries, keys, values = (
            _heads(linear(inputs, part, dtype), own.num_attention_heads)
            for inputs, part in ((read, own.query), (hidden, own.key), (hidden, own.value))
        )
        mixed = attend(queries, keys, values, bias, own.dropout.p if model.training else 0.0)
        mixed = linear(mixed.transpose(1, 2).reshape(read.shape), between.dense, dtype)
        attended = between.LayerNorm(between.dropout(mixed) + read)
        inner = layer.intermediate.intermediate_act_fn(linear(attended, layer.intermediate.dense, dtype))
        hidden = outer.LayerNorm(outer.dropout(linear(inner, outer.dense, dtype)) + attended)
    logits: torch.Tensor = model.classifier(model.dropout(model.bert.pooler(hidden)))
    return logits


def _heads(features: torch.Tensor, heads: int) -> torch.Tensor:
    """(b, length, heads * d) as (b, heads, length, d)."""
    return features.view(*features.shape[:2], heads, -1).transpose(1, 2)
