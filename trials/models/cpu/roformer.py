"""RoFormer's forward pass over the weights of the transformers model."""

import torch
from transformers import RoFormerForSequenceClassification

from trials.models.cpu.layers import padding_bias, post_norm


def roformer_logits(
    model: RoFormerForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """Return logits, shape (b, classes).

    Unlike BERT, queries and keys are rotated by position. RoFormer rotates adjacent features: a complex product.

    Args:
        model: the classifier.
        tokens: token ids, shape (b, length).
        mask: shape (b, length), True at real tokens; None if all are real.
        dtype: format of large products.
    """
    embeddings, encoder = model.roformer.embeddings, model.roformer.encoder
    bias = padding_bias(mask)
    sines, cosines = encoder.embed_positions.weight[: tokens.shape[1]].chunk(2, dim=1)
    rotations = torch.complex(cosines, sines).repeat(1, model.config.num_attention_heads)
    hidden = embeddings.word_embeddings(tokens) + embeddings.token_type_embeddings.weight[0]
    hidden = embeddings.dropout(embeddings.LayerNorm(hidden))
    for layer in encoder.layer:
        read = hidden[:, :1] if layer is encoder.layer[-1] else hidden
        hidden = post_norm(layer, read, hidden, bias, dtype, rotations)
    logits: torch.Tensor = model.classifier(hidden)
    return logits
