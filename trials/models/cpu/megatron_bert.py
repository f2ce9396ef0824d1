"""Megatron BERT's forward pass over the weights of the transformers model."""

import torch
from transformers import MegatronBertForSequenceClassification

from trials.models.cpu.layers import attended, fed_forward, padding_bias


def megatron_bert_logits(
    model: MegatronBertForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """Logits (b, classes) of tokens (b, length); `mask` is True at real tokens, or None if all are real.

    As for BERT, but norms come before each half of a layer, and one after the last; embeddings have none.
    """
    embeddings, encoder = model.bert.embeddings, model.bert.encoder
    bias = padding_bias(mask)
    hidden = embeddings.dropout(
        embeddings.word_embeddings(tokens)
        + (embeddings.position_embeddings.weight[: tokens.shape[1]] + embeddings.token_type_embeddings.weight[0])
    )
    for layer in encoder.layer:
        inputs = layer.attention.ln(hidden)
        read = inputs
        if layer is encoder.layer[-1]:
            hidden, read = hidden[:, :1], inputs[:, :1]
        hidden = hidden + attended(layer.attention, read, inputs, bias, dtype)
        hidden = hidden + fed_forward(layer, layer.ln(hidden), dtype)
    logits: torch.Tensor = model.classifier(model.dropout(model.bert.pooler(encoder.ln(hidden))))
    return logits
