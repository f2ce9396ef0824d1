"""Megatron BERT's forward pass over the weights of the transformers model."""

import torch
from transformers import MegatronBertForSequenceClassification

from trials.models.cpu.layers import attended, fed_forward, padding_bias


def megatron_bert_logits(
    model: MegatronBertForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """Return logits, shape (b, classes).

    Unlike BERT, a norm precedes each half of a layer, one follows the last layer, and the embeddings have none.

    Args:
        model: the classifier.
        tokens: token ids, shape (b, length).
        mask: shape (b, length), True at real tokens; None if all are real.
        dtype: format of large products.
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
