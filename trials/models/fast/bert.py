"""BERT's forward pass over the weights of the transformers model."""

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import BertForSequenceClassification

from trials.models.fast.padding import padding_bias


def bert_logits(model: BertForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Logits (b, classes) of tokens (b, length); `mask` is True at real tokens, or None if all are real.

    The last layer is computed for the first token alone, as nobody reads the others. No masks, positions and types are
    made anew in each step.
    """
    embeddings, layers = model.bert.embeddings, model.bert.encoder.layer
    bias = padding_bias(mask)
    hidden = embeddings.word_embeddings(tokens) + (
        embeddings.position_embeddings.weight[: tokens.shape[1]] + embeddings.token_type_embeddings.weight[0]
    )
    hidden = embeddings.dropout(embeddings.LayerNorm(hidden))
    for layer in layers:
        own, heads = layer.attention.self, (layer.attention.self.num_attention_heads, -1)
        read = hidden[:, :1] if layer is layers[-1] else hidden
        mixed = scaled_dot_product_attention(
            own.query(read).unflatten(-1, heads).transpose(1, 2),
            own.key(hidden).unflatten(-1, heads).transpose(1, 2),
            own.value(hidden).unflatten(-1, heads).transpose(1, 2),
            attn_mask=bias,
            dropout_p=own.dropout.p if model.training else 0.0,
        )
        attended = layer.attention.output(mixed.transpose(1, 2).reshape(read.shape), read)
        hidden = layer.output(layer.intermediate(attended), attended)
    logits: torch.Tensor = model.classifier(model.dropout(model.bert.pooler(hidden)))
    return logits
