"""BERT's forward pass over the weights of the transformers model."""

import torch
from transformers import BertForSequenceClassification

from trials.models.fast.layers import post_norm
from trials.models.fast.padding import padding_bias


def bert_logits(
    model: BertForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """Logits (b, classes) of tokens (b, length); `mask` is True at real tokens, or None if all are real.

    The layers' products are computed in `dtype`, all that they are added to in fp32. The last layer is computed for the
    first token alone, as nobody reads the others. A layer may have fewer heads than the config tells, if it knows how
    many. No masks, positions and types are made anew in each step.
    """
    embeddings, layers = model.bert.embeddings, model.bert.encoder.layer
    bias = padding_bias(mask)
    hidden = embeddings.word_embeddings(tokens) + (
        embeddings.position_embeddings.weight[: tokens.shape[1]] + embeddings.token_type_embeddings.weight[0]
    )
    hidden = embeddings.dropout(embeddings.LayerNorm(hidden))
    for layer in layers:
        read = hidden[:, :1] if layer is layers[-1] else hidden
        hidden = post_norm(layer, read, hidden, bias, dtype)
    logits: torch.Tensor = model.classifier(model.dropout(model.bert.pooler(hidden)))
    return logits
