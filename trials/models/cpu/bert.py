"""BERT's forward pass over the weights of the transformers model."""

import torch
from transformers import BertForSequenceClassification

from trials.models.cpu.layers import padding_bias, post_norm


def bert_logits(
    model: BertForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """Return logits, shape (b, classes).

    The last layer is computed for the first token only, because the others are not read.

    Args:
        model: the classifier.
        tokens: token ids, shape (b, length).
        mask: shape (b, length), True at real tokens; None if all are real.
        dtype: format of large products.
    """
    first = bert_states(model, tokens, mask, dtype, first_only=True)
    logits: torch.Tensor = model.classifier(model.dropout(model.bert.pooler(first)))
    return logits


def bert_states(
    model: BertForSequenceClassification,
    tokens: torch.Tensor,
    mask: torch.Tensor | None,
    dtype: torch.dtype,
    *,
    first_only: bool = False,
) -> torch.Tensor:
    """Return the encoder's output for each token, shape (b, length, width).

    Products within layers are computed in `dtype`, residual sums in fp32. A layer may have fewer heads than the config
    says, if it stores their number. Positions and token types need no tensors of their own in each step.

    Args:
        model: the classifier.
        tokens: token ids, shape (b, length).
        mask: shape (b, length), True at real tokens; None if all are real.
        dtype: format of large products.
        first_only: compute the last layer for the first token only, shape (b, 1, width).
    """
    embeddings, layers = model.bert.embeddings, model.bert.encoder.layer
    bias = padding_bias(mask)
    hidden = embeddings.word_embeddings(tokens) + (
        embeddings.position_embeddings.weight[: tokens.shape[1]] + embeddings.token_type_embeddings.weight[0]
    )
    hidden = embeddings.dropout(embeddings.LayerNorm(hidden))
    for layer in layers:
        read = hidden[:, :1] if first_only and layer is layers[-1] else hidden
        hidden = post_norm(layer, read, hidden, bias, dtype)
    states: torch.Tensor = hidden
    return states
